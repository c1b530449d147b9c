// How long a program takes to require this library, in milliseconds.
const start = performance.now();
require('accesstoken2');
console.log(performance.now() - start);
