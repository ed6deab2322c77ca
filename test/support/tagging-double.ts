import { JsonDouble, page, type JsonInput } from "./json-double";
import { ServiceError } from "./service-double";

/** A resource with its tags. */
export interface DoubleResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The Resource Groups Tagging API on loopback: GetResources with types and pages. */
export class TaggingDouble extends JsonDouble {
  resources: readonly DoubleResource[] = [];
  pageSize = 100;
  /** Types that the API does not know in its region: a call with one is refused as a whole. */
  readonly unknownTypes = new Set<string>();

  static start(): Promise<TaggingDouble> {
    return new TaggingDouble().listen();
  }

  protected override act(action: string, input: JsonInput): object {
    if (action !== "GetResources")
      throw new ServiceError(400, "UnknownOperationException", `the double does not know ${action}`);
    const types = input["ResourceTypeFilters"] as string[];
    if (types.length === 0 || types.length > 100)
      throw new ServiceError(400, "InvalidParameterException", `${types.length} resource types`);
    const unknown = types.filter((type) => this.unknownTypes.has(type));
    if (unknown.length > 0)
      throw new ServiceError(
        400,
        "InvalidParameterException",
        `Unsupported resource type: ${unknown.join()}`,
      );
    const found = this.resources.filter(({ arn }) => types.some((type) => isOfType(arn, type)));
    const { items, next } = page(found, this.pageSize, input["PaginationToken"]);
    return {
      PaginationToken: next ?? "",
      ResourceTagMappingList: items.map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  }
}

/** Whether an ARN begins with the service and the type that a filter names. */
function isOfType(arn: string, filter: string): boolean {
  const [, , service, , , ...rest] = arn.split(":");
  const resource = rest.join(":").replace(/^\//, "");
  const [wantedService, ...type] = filter.split(":");
  if (service !== wantedService) return false;
  // A bucket's ARN says no type.
  if (filter === "s3:bucket") return !/[/:]/.test(resource);
  return (
    type.length === 0 ||
    resource === type.join(":") ||
    (/^[/:]/.test(resource.slice(type.join(":").length)) && resource.startsWith(type.join(":")))
  );
}
