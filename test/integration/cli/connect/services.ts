import { BucketDouble } from "../../../support/bucket-double";
import { setAwsEnvironment } from "../../../support/environment";
import { IamDouble, type DoubleRole } from "../../../support/iam-double";
import { LogzioApiDouble } from "../../../support/logzio-api-double";

/** What `connect` talks to; the AWS clients of this process are told of it. */
export interface ConnectServices {
  readonly double: LogzioApiDouble;
  readonly iam: IamDouble;
  readonly s3: BucketDouble;
  readonly stop: () => Promise<void>;
}

/** @param roles those of the account */
export async function startServices(...roles: readonly DoubleRole[]): Promise<ConnectServices> {
  const [double, iam, s3] = await Promise.all([
    LogzioApiDouble.start(),
    IamDouble.start(...roles),
    BucketDouble.start(),
  ]);
  const restore = setAwsEnvironment({ AWS_ENDPOINT_URL_IAM: iam.url, AWS_ENDPOINT_URL_S3: s3.url });
  const stop = async (): Promise<void> => {
    restore();
    await Promise.all([double.stop(), iam.stop(), s3.stop()]);
  };
  return { double, iam, s3, stop };
}
