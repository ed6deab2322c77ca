/** What a document of a JSON record has beside the record's own pairs; addresses and lengths in the memory. */

/** Longest record that one document takes, in bytes. */
export let longestRecord: usize = 0;
/** Our pairs, each with its comma behind it. */
export let members: usize = 0;
export let membersLength: usize = 0;

export function useJson(longest: usize, pairs: usize, pairsLength: usize): void {
  longestRecord = longest;
  members = pairs;
  membersLength = pairsLength;
}
