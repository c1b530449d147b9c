// Prints the milliseconds that requiring npm `agora-token` takes.
const start = performance.now();
require('agora-token');
console.log(performance.now() - start);
