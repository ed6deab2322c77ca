/**
 * Names of buckets that exist, those of us-east-1 until March 2018 included, which have capitals, underscores and up to
 * 255 characters. Source: S3 user guide, "General purpose bucket naming rules" and its document history.
 */
export const bucketNames = /^[A-Za-z0-9._-]{3,255}$/;
