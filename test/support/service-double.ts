import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

/** An error that a service answers with. */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A service of AWS on loopback that keeps the calls it gets; calls of an action can be told to go wrong. */
export abstract class ServiceDouble<Call extends { readonly action: string }, Fault> {
  readonly calls: Call[] = [];
  private readonly scripted = new Map<string, Fault[]>();
  private readonly server: Server;

  protected constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** For the client's `endpoint`, or the service's `AWS_ENDPOINT_URL_…`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  /** The next calls of the action go wrong so, one each. */
  script(action: string, ...faults: Fault[]): void {
    this.scripted.set(action, [...(this.scripted.get(action) ?? []), ...faults]);
  }

  callsOf(action: string): readonly Call[] {
    return this.calls.filter((call) => call.action === action);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  protected async listen(): Promise<this> {
    await listenOnLoopback(this.server);
    return this;
  }

  /** The fault that a call of the action uses up. */
  protected nextScripted(action: string): Fault | undefined {
    return this.scripted.get(action)?.shift();
  }

  /** Where it throws, the connection breaks. */
  protected abstract serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  return text;
}
