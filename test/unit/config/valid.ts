/** The shortest useful configuration. */
export const valid = `region: us
token:
  variable: true
aws:
  region: us-east-1
hook:
  trigger: s3
  sources:
    - bucket: my-logs
      prefix: AWSLogs/
`;

/** The shortest useful configuration for Logz.io's own fetcher. */
export const validAccess = `aws:
  region: eu-central-1
access:
  logzioAccountId: "123456789012"
  externalIds: [logzio:aws:extid:example0nktixxe8q]
  buckets:
    - bucket: my-logs
      prefix: AWSLogs/
`;
