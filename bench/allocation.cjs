// Prints the bytes that one mint allocates once warm. Run with --expose-gc and a large young generation.
const { buildTokenWithUid } = require('accesstoken2');

const project = ['970CA35de60c44645bbae8a215061b33', '5CFd2fd1755d40ecb72977518be15d3b'];
const mint = () => buildTokenWithUid(...project, '7d72365eb983485397e3e3f9d460bdda', 2882341273, 1, 3600, 3600);

function used() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (let index = 0; index < 20_000; index++) mint();
gc();
const before = used();
for (let index = 0; index < 2000; index++) mint();
console.log((used() - before) / 2000);
