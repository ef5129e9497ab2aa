// An HTTP function as people write them: reads JSON, answers JSON. Prints its port.
import { createServer } from 'node:http';

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const event = JSON.parse(Buffer.concat(parts));
    const body = JSON.stringify({ id: event.id, count: event.items.length });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
