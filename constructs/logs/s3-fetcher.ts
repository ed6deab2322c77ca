import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule/index.js";
import { Construct } from "constructs";
import { render, sourceName } from "../../lambdas/s3-fetcher/environment";
import { BucketReadAccess } from "../access/bucket-read-access";
import { checkOwnBuckets } from "../access/own-buckets";
import { readingStatements, readRolePolicies, type ReadRolePolicies } from "../access/read-role";
import { AwsContext } from "../foundation/aws-context";
import { BundledFunction } from "../foundation/bundled-function";
import type { PolicyStatement } from "../foundation/policy";
import { refuseSourcesOfLongPolicy } from "../foundation/role-policy";
import { placementOf } from "../foundation/placement";
import { useProvider } from "../foundation/provider";
import { SchedulerRole } from "../foundation/scheduler-role";
import { literal, literals } from "../foundation/templates";
import { validate } from "../foundation/validation";
import { FetcherAlarms } from "./fetcher-alarms";
import { fetcherSettings, type FetcherSource } from "./fetcher-source";
import { listenerUrl } from "../foundation/listener";
import type { S3FetcherProps } from "./s3-fetcher-props";
import { fetcherPropDefaults, fetcherRules, splitFetcher } from "./s3-fetcher-rules";

/** Fetches the objects of S3 buckets in key order and ships them to Logz.io: schedule, function, checkpoints, listener. */
export class S3Fetcher extends Construct {
  readonly name: string;
  readonly sources: readonly FetcherSource[];
  /** The checkpoints. What is in it says where to go on: without it the fetcher starts anew. */
  readonly table: DynamodbTable;
  readonly function: BundledFunction;
  readonly invocations: LambdaFunctionEventInvokeConfig;
  /** Lets the schedules invoke the function. */
  readonly schedulerRole: SchedulerRole;
  /** One a source, in their order. */
  readonly schedules: readonly SchedulerSchedule[];
  /** What the function may read, a source each. */
  readonly access: readonly BucketReadAccess[];
  readonly alarms: FetcherAlarms | undefined;

  private readonly tags: Record<string, string> | undefined;

  constructor(scope: Construct, id: string, props: S3FetcherProps) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, fetcherRules);
    this.name = props.name ?? fetcherPropDefaults.name;
    this.sources = props.sources;
    this.tags = props.tags === undefined ? undefined : literals(props.tags);

    checkOwnBuckets(this, this.sources);
    this.access = this.createAccess();
    this.table = this.createTable();
    this.function = this.createFunction(props);
    this.invocations = this.createInvocations();
    this.alarms = this.createAlarms(props);
    this.schedulerRole = new SchedulerRole(this, {
      ids: { role: "scheduler-role", policy: "scheduler-policy" },
      name: this.name,
      invokes: this.function,
      existing: props.schedulerRoleArn,
      like: props.role,
      tags: this.tags,
    });
    this.schedules = this.createSchedules(props);
  }

  private createAccess(): BucketReadAccess[] {
    return this.sources.map(
      ({ bucket, prefix, region, kmsKeyArn }, index) =>
        new BucketReadAccess(this, `access-${index}`, { bucket, prefix, region, kmsKeyArn }),
    );
  }

  /** What the roles have to be like that read for the function, by their ARNs. */
  get readRolePolicies(): Readonly<Record<string, ReadRolePolicies>> {
    const reads = this.sources.map((source, index) => [source, this.access[index]] as const);
    return readRolePolicies(reads, this.function.roleArn);
  }

  private createTable(): DynamodbTable {
    return new DynamodbTable(this, "table", {
      name: this.name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "source",
      rangeKey: "entry",
      attribute: [
        { name: "source", type: "S" },
        { name: "entry", type: "S" },
      ],
      pointInTimeRecovery: { enabled: true },
      tags: this.tags,
    });
  }

  private createFunction(props: S3FetcherProps): BundledFunction {
    const statements = [
      this.tableStatement(props),
      ...props.token.readStatements,
      ...this.sources.flatMap((source, index) => readingStatements(source, this.access[index])),
    ];
    const placement = placementOf(props);
    refuseSourcesOfLongPolicy(this, { ...placement, name: this.name, statements }, splitFetcher);
    return new BundledFunction(this, "function", {
      bundle: "s3-fetcher",
      name: this.name,
      description: "Fetches the objects of S3 buckets in key order and ships them to Logz.io",
      environment: render({
        listener: listenerUrl(props),
        tokenSecretArn: props.token.secretArn,
        sources: props.sources.map(fetcherSettings),
        checkpointTable: this.table.name,
        instance: this.name,
        logLevel: props.logLevel ?? fetcherPropDefaults.logLevel,
      }),
      statements,
      memory: props.memory,
      timeoutSeconds: props.timeoutSeconds ?? fetcherPropDefaults.timeoutSeconds,
      logRetentionDays: props.logRetentionDays,
      tags: props.tags,
      ...placement,
    });
  }

  private tableStatement({ role }: S3FetcherProps): PolicyStatement {
    // By name where somebody else writes the role's policy, and has to know it before the table is made.
    const byName = (): string => AwsContext.of(this).arn("dynamodb", `table/${this.name}`);
    return {
      Effect: "Allow",
      // A transaction is allowed by the rights to what it does.
      Action: ["dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem"],
      Resource: [role?.arn === undefined ? this.table.arn : byName()],
    };
  }

  /** A run that failed is not tried again: the next one of the schedule goes on from the checkpoint. */
  private createInvocations(): LambdaFunctionEventInvokeConfig {
    return new LambdaFunctionEventInvokeConfig(this, "invocations", {
      functionName: this.function.resource.functionName,
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
    });
  }

  private createAlarms({ alarms, ...props }: S3FetcherProps): FetcherAlarms | undefined {
    if (alarms === false) return undefined;
    return new FetcherAlarms(this, "alarms", {
      functionName: this.name,
      topicArns: alarms?.topicArns,
      lagMinutes: alarms?.lagMinutes ?? fetcherPropDefaults.lagMinutes,
      everySeconds: (props.everyMinutes ?? fetcherPropDefaults.everyMinutes) * 60,
      timeoutSeconds: props.timeoutSeconds ?? fetcherPropDefaults.timeoutSeconds,
      tags: props.tags,
    });
  }

  private createSchedules(props: S3FetcherProps): SchedulerSchedule[] {
    const everyMinutes = props.everyMinutes ?? fetcherPropDefaults.everyMinutes;
    return this.sources.map(
      (source, index) =>
        new SchedulerSchedule(this, `schedule-${index}`, {
          name: `${this.name}-${index}`,
          description: `Fetches from the bucket ${source.bucket}`,
          scheduleExpression: `rate(${everyMinutes} minute${everyMinutes === 1 ? "" : "s"})`,
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: this.function.resource.arn,
            roleArn: this.schedulerRole.arn,
            input: literal(JSON.stringify({ source: sourceName(source) })),
            retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
          },
          dependsOn: [...this.function.dependables, this.invocations, ...props.token.dependables],
        }),
    );
  }
}
