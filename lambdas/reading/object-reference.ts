/** An object, in the version that an event names. */
export interface ObjectReference {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  /** Region of the bucket. */
  readonly region: string;
  readonly versionId?: string;
  /** Without quotes. */
  readonly eTag?: string;
}

/** The object as people write it. */
export function placeOf({ bucket, key, versionId }: ObjectReference): string {
  return `s3://${bucket}/${key}${versionId === undefined ? "" : ` (version ${versionId})`}`;
}
