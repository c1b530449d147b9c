// Prints the milliseconds that requiring npm `agora-token` and minting a token take.
const start = performance.now();
const { RtcTokenBuilder } = require('agora-token');
const project = ['970CA35de60c44645bbae8a215061b33', '5CFd2fd1755d40ecb72977518be15d3b'];
RtcTokenBuilder.buildTokenWithUid(...project, '7d72365eb983485397e3e3f9d460bdda', 2882341273, 1, 3600, 3600);
console.log(performance.now() - start);
