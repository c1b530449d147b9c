// How long a program takes to require npm `agora-token`, in milliseconds.
const start = performance.now();
require('agora-token');
console.log(performance.now() - start);
