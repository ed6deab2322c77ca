import { ObjectDamaged } from "../errors";

/** @param compression the compression's name */
export function damaged(compression: string, reason: string): ObjectDamaged {
  return new ObjectDamaged(`the compressed data is damaged (${compression}: ${reason})`);
}

export function cutOff(compression: string): ObjectDamaged {
  return new ObjectDamaged(`the compressed data is cut off (${compression}: it ends before its end)`);
}
