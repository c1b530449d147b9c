// Prints the milliseconds that importing this library takes.
const start = performance.now();
await import('accesstoken2');
console.log(performance.now() - start);
