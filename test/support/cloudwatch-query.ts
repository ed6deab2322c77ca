import type { IncomingMessage, ServerResponse } from "node:http";
import { MetricStreams, type MetricStreamInput } from "./metric-streams";
import { passOn } from "./pass-on";
import { listOf, QueryDouble, type QueryCall, type QueryElements, type QueryResult } from "./query-double";

const streamActions = /^(Put|Get|Delete|List|Start|Stop)MetricStreams?$/;
const tagActions = ["ListTagsForResource", "TagResource", "UntagResource"];

/**
 * CloudWatch as the query protocol has it, which Terraform's AWS provider 5.100.0 speaks: metric streams here, and
 * everything else at an emulator.
 */
export class CloudWatchQuery extends QueryDouble {
  readonly streams = new MetricStreams();

  static async start(emulatorUrl: string): Promise<CloudWatchQuery> {
    return new CloudWatchQuery(new URL(emulatorUrl)).listen();
  }

  private constructor(private readonly emulator: URL) {
    super();
  }

  protected act({ action, input }: QueryCall): QueryElements {
    const { streams } = this;
    const arn = input["ResourceARN"] ?? "";
    const named = nested(input) as unknown as MetricStreamInput;
    switch (action) {
      case "PutMetricStream":
        return { Arn: streams.put(named) };
      case "GetMetricStream":
        return streams.get(named.Name) as unknown as QueryElements;
      case "DeleteMetricStream":
        streams.delete(named.Name);
        return {};
      case "ListMetricStreams":
        return { Entries: streams.list() as unknown as QueryResult };
      case "StartMetricStreams":
        streams.setState(listOf(input, "Names"), "running");
        return {};
      case "StopMetricStreams":
        streams.setState(listOf(input, "Names"), "stopped");
        return {};
      case "ListTagsForResource":
        return { Tags: streams.tagsOf(arn) };
      case "TagResource":
        streams.tag(arn, named.Tags);
        return {};
      case "UntagResource":
        streams.untag(arn, listOf(input, "TagKeys"));
        return {};
      default:
        throw new Error(`${action} is no call on metric streams`);
    }
  }

  protected override relay(
    { action, input }: QueryCall,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<void> | undefined {
    const isStreams = tagActions.includes(action) && this.streams.has(input["ResourceARN"] ?? "");
    return isStreams || streamActions.test(action)
      ? undefined
      : passOn(request, body, this.emulator, response);
  }
}

type Nested = string | boolean | Nested[] | { [name: string]: Nested };

/** The structure that the query protocol has flattened: `Filters.member.2.Namespace` is one of a list's second entry. */
function nested(input: QueryCall["input"]): Nested {
  const root: { [name: string]: Nested } = {};
  for (const [path, value = ""] of Object.entries(input)) {
    const parts = path.split(".");
    let place: { [name: string]: Nested } = root;
    for (const part of parts.slice(0, -1)) place = (place[part] ??= {}) as typeof place;
    place[parts.at(-1) ?? ""] = value === "true" || value === "false" ? value === "true" : value;
  }
  return withLists(root);
}

function withLists(value: Nested): Nested {
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const { member } = value;
  if (typeof member === "object" && !Array.isArray(member)) return Object.values(member).map(withLists);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withLists(part)]));
}
