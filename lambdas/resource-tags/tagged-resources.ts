import {
  GetResourcesCommand,
  InvalidParameterException,
  PaginationTokenExpiredException,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { messageOf } from "../runtime/errors";
import type { Logger } from "../runtime/logger";
import { TagsUnreadable } from "./errors";
import type { Tag } from "./tag-labels";

export interface TaggedResource {
  readonly arn: string;
  readonly tags: readonly Tag[];
}

export interface TaggingServices {
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly logger: Logger;
  /** Aborted when the function's time is nearly over. */
  readonly signal: AbortSignal;
}

/** Limits of GetResources. Source: its API reference, ResourceTypeFilters and ResourcesPerPage. */
const callLimits = { types: 100, resources: 100 } as const;

/** How often a listing is started anew because its page token expired, which it does within minutes. */
const restarts = 2;

/**
 * The resources of some types that have tags, or had them once. A type that the API does not know in this region is
 * left out and warned about: it would have the whole call refused.
 * @throws TagsUnreadable where the API refuses otherwise, or is too slow
 */
export async function taggedResources(
  types: readonly string[],
  services: TaggingServices,
): Promise<TaggedResource[]> {
  const found: TaggedResource[] = [];
  for (let at = 0; at < types.length; at += callLimits.types)
    found.push(...(await ofTypes(types.slice(at, at + callLimits.types), services)));
  return found;
}

async function ofTypes(types: readonly string[], services: TaggingServices): Promise<TaggedResource[]> {
  try {
    return await allPages(types, services);
  } catch (error) {
    if (!(error instanceof InvalidParameterException)) throw unreadable(error, services.signal);
    if (types.length === 1) {
      services.logger.warn("the Tagging API does not take a type of resources; its tags are not shipped", {
        type: types[0],
        reason: messageOf(error),
      });
      return [];
    }
  }
  const middle = types.length >> 1;
  return [
    ...(await ofTypes(types.slice(0, middle), services)),
    ...(await ofTypes(types.slice(middle), services)),
  ];
}

async function allPages(types: readonly string[], services: TaggingServices): Promise<TaggedResource[]> {
  for (let restart = 0; ; restart++) {
    try {
      return await pages(types, services);
    } catch (error) {
      if (!(error instanceof PaginationTokenExpiredException) || restart >= restarts) throw error;
      services.logger.warn("the Tagging API's page token expired; listing from the start", {
        types: types.length,
      });
    }
  }
}

async function pages(
  types: readonly string[],
  { tagging, signal }: TaggingServices,
): Promise<TaggedResource[]> {
  const found: TaggedResource[] = [];
  let token: string | undefined;
  do {
    const page = await tagging.send(
      new GetResourcesCommand({
        ResourceTypeFilters: [...types],
        ResourcesPerPage: callLimits.resources,
        PaginationToken: token,
      }),
      { abortSignal: signal },
    );
    for (const { ResourceARN: arn, Tags = [] } of page.ResourceTagMappingList ?? []) {
      if (arn === undefined) continue;
      found.push({ arn, tags: Tags.map(({ Key: key = "", Value: value = "" }) => ({ key, value })) });
    }
    // The last page has an empty token.
    token = page.PaginationToken;
  } while (token !== undefined && token !== "");
  return found;
}

function unreadable(error: unknown, signal: AbortSignal): TagsUnreadable {
  const reason = signal.aborted
    ? "the function's time is nearly over: raise timeoutSeconds"
    : messageOf(error);
  return new TagsUnreadable(`the tags cannot be read (${reason}); allow the function tag:GetResources`);
}
