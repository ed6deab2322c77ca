import { isRegionCode, regionCode } from "../foundation/rules";
import { show, text, type Rule } from "../foundation/validation";
import { fetcherRegions, isFetcherRegion, withoutRegionLimit } from "./fetcher-regions";

/** A region that Logz.io's fetcher reads from. */
export const fetcherRegion: Rule<string> = text((region, construct) => {
  if (isFetcherRegion(region)) return [];
  if (!isRegionCode(region)) return regionCode(region, construct);
  return [
    `is ${show(region)}, from which Logz.io's fetcher does not read; it reads from ` +
      `${Object.keys(fetcherRegions).join(", ")}. ${withoutRegionLimit}`,
  ];
});
