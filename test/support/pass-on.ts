import { request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** Has another server answer a request that was read already. */
export async function passOn(
  request: IncomingMessage,
  body: Buffer | string,
  server: URL,
  response: ServerResponse,
): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = forward(new URL(request.url ?? "/", server), {
      method: request.method,
      headers: { ...request.headers, host: server.host },
    });
    sent.once("response", resolve);
    sent.once("error", reject);
    sent.end(body);
  });
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}
