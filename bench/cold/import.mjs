// How long a program takes to import this library, in milliseconds.
const start = performance.now();
await import('accesstoken2');
console.log(performance.now() - start);
