import { describeWhere } from './describe-where.js';
import { ownKafkaAvailability, startOwnKafka } from './kafka-server.js';

describeWhere('Kafka', ownKafkaAvailability())('the Kafka for tests', () => {
  it('starts whatever its cluster is called, a name that looks like an option included', async () => {
    const server = await startOwnKafka({ clusterId: '-4L6g3nShT-eMCtK--X86w' });
    expect(server.pid).toBeDefined();
    await server.stop();
  }, 300_000);
});
