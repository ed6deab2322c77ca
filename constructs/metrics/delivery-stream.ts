import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream/index.js";
import { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import type { ListenerToken } from "../foundation/listener-token";
import { roleArguments, type NewRoleProps } from "../foundation/placement";
import { mergeStatements, renderPolicy, type PolicyStatement } from "../foundation/policy";
import { literal } from "../foundation/templates";
import type { BackupBucket } from "./backup-bucket";
import { serviceTrust, streamNames } from "./names";

export interface DeliveryStreamProps {
  readonly name: string;
  /** URL that takes the metrics. */
  readonly endpoint: string;
  readonly token: ListenerToken;
  /** Label that every series gets. */
  readonly p8sLogzioName: string;
  readonly bufferSeconds: number;
  readonly bufferMegabytes: number;
  readonly retrySeconds: number;
  readonly backup: BackupBucket;
  /** Start of the backup's keys. */
  readonly backupPrefix?: string;
  readonly logRetentionDays: number;
  /** What the role is like. @default one under a whole name, without path and boundary */
  readonly role?: NewRoleProps | undefined;
  readonly tags?: Record<string, string>;
}

/** How long Firehose collects failed data before it writes an object, and how much of it; its own defaults. */
const backupBuffer = { seconds: 300, megabytes: 5 } as const;

/**
 * Where failed data goes, below the backup's prefix: as Firehose has it where nothing is said (`http-endpoint-failed/`
 * and the hour), but below the prefix for sure, where alone the role may write. Source: Firehose developer guide,
 * "Custom prefixes".
 */
const failedFolder = "!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/";

/** Firehose with Logz.io's endpoint, its role and its error log. Its props are checked by whoever makes it. */
export class DeliveryStream extends Construct {
  readonly logGroup: CloudwatchLogGroup;
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly resource: KinesisFirehoseDeliveryStream;
  /** What Firehose may do. */
  readonly statements: readonly PolicyStatement[];

  private readonly logs: { readonly endpoint: CloudwatchLogStream; readonly backup: CloudwatchLogStream };

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeliveryStreamProps,
  ) {
    super(scope, id);
    this.logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: streamNames.logGroup(props.name),
      retentionInDays: props.logRetentionDays,
      tags: props.tags,
    });
    // Firehose creates no log streams, and says nothing where they are missing.
    this.logs = { endpoint: this.createLog("http-endpoint"), backup: this.createLog("backup") };
    this.role = this.createRole();
    this.statements = mergeStatements([
      ...props.token.readStatements,
      ...props.backup.writeStatements,
      this.writeErrors(),
    ]);
    this.policy = new IamRolePolicy(this, "policy", {
      name: "deliver",
      role: this.role.id,
      policy: renderPolicy(this.statements),
    });
    this.resource = this.createStream();
  }

  private createLog(name: string): CloudwatchLogStream {
    return new CloudwatchLogStream(this, `log-${name}`, { name, logGroupName: this.logGroup.name });
  }

  private createRole(): IamRole {
    const { name, role, tags } = this.props;
    return new IamRole(this, "role", {
      ...roleArguments(streamNames.deliveryRole(name, AwsContext.of(this).region), role),
      description: `Lets Firehose deliver the metrics of ${name}`,
      assumeRolePolicy: serviceTrust("firehose.amazonaws.com"),
      tags,
    });
  }

  /** On the log streams: a right to the log group alone lets Firehose write nothing. */
  private writeErrors(): PolicyStatement {
    return {
      Effect: "Allow",
      Action: ["logs:PutLogEvents"],
      Resource: [this.logs.endpoint, this.logs.backup].map(
        ({ name }) => `${this.logGroup.arn}:log-stream:${name}`,
      ),
    };
  }

  private logging(log: CloudwatchLogStream): {
    enabled: boolean;
    logGroupName: string;
    logStreamName: string;
  } {
    return { enabled: true, logGroupName: this.logGroup.name, logStreamName: log.name };
  }

  private createStream(): KinesisFirehoseDeliveryStream {
    const { props, role } = this;
    return new KinesisFirehoseDeliveryStream(this, "stream", {
      name: props.name,
      destination: "http_endpoint",
      serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
      httpEndpointConfiguration: {
        name: "Logz.io",
        url: props.endpoint,
        roleArn: role.arn,
        bufferingInterval: props.bufferSeconds,
        bufferingSize: props.bufferMegabytes,
        retryDuration: props.retrySeconds,
        secretsManagerConfiguration: { enabled: true, secretArn: props.token.secretArn, roleArn: role.arn },
        requestConfiguration: {
          // The receiver decompresses nothing.
          contentEncoding: "NONE",
          commonAttributes: [{ name: "P8S_LOGZIO_NAME", value: literal(props.p8sLogzioName) }],
        },
        cloudwatchLoggingOptions: this.logging(this.logs.endpoint),
        s3BackupMode: "FailedDataOnly",
        s3Configuration: {
          roleArn: role.arn,
          bucketArn: props.backup.bucketArn,
          prefix: props.backupPrefix === undefined ? undefined : literal(props.backupPrefix),
          errorOutputPrefix: `${literal(props.backupPrefix ?? "")}${failedFolder}`,
          bufferingInterval: backupBuffer.seconds,
          bufferingSize: backupBuffer.megabytes,
          compressionFormat: "GZIP",
          cloudwatchLoggingOptions: this.logging(this.logs.backup),
        },
      },
      tags: props.tags,
      dependsOn: [this.policy, ...props.token.dependables, ...props.backup.dependables],
    });
  }
}
