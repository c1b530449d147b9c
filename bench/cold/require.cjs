// Prints the milliseconds that requiring this library takes.
const start = performance.now();
require('accesstoken2');
console.log(performance.now() - start);
