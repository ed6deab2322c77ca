/**
 * A resource of each kind whose metrics have dimensions, as AWS's guides write its ARN and its dimensions: what the
 * functions' table is judged by. Names have capitals, since the receiver of metric streams writes them small.
 */
export interface TaggedKind {
  readonly namespace: string;
  /** Type of the resource, as the Tagging API filters. */
  readonly type: string;
  readonly arn: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const home = "eu-central-1:123456789012";
const uuid = "6d0ecf83-1e2f-4d2a-9a3a-0A1b2c3d4e5f";

type Row = readonly [
  namespaces: string,
  type: string,
  arn: string,
  dimensions: Readonly<Record<string, string>>,
];

const rows: readonly Row[] = [
  [
    "AWS/ACMPrivateCA",
    "acm-pca:certificate-authority",
    `acm-pca:${home}:certificate-authority/${uuid}`,
    { PrivateCAArn: `arn:aws:acm-pca:${home}:certificate-authority/${uuid}` },
  ],
  ["AWS/AOSS", "aoss:collection", `aoss:${home}:collection/07tJUSdRf`, { CollectionId: "07tJUSdRf" }],
  ["AWS/AmazonMQ", "mq:broker", `mq:${home}:broker:Orders:b-1234a5b6`, { Broker: "Orders" }],
  ["AWS/ApiGateway", "apigateway", "apigateway:eu-central-1::/apis/A1b2c3", { ApiId: "A1b2c3" }],
  [
    "AWS/ApiGateway",
    "apigateway",
    "apigateway:eu-central-1::/apis/A1b2c3/stages/Prod",
    { ApiId: "A1b2c3", Stage: "Prod" },
  ],
  [
    "AWS/AppRunner",
    "apprunner:service",
    `apprunner:${home}:service/Web/8fe1e10304f84fd2b0df550fe98a71fa`,
    { ServiceName: "Web", ServiceID: "8fe1e10304f84fd2b0df550fe98a71fa" },
  ],
  ["AWS/AppStream", "appstream:fleet", `appstream:${home}:fleet/Desktops`, { Fleet: "Desktops" }],
  ["AWS/AppSync", "appsync:apis", `appsync:${home}:apis/Ab3cdEfgh`, { GraphQLAPIId: "Ab3cdEfgh" }],
  [
    "AWS/ApplicationELB",
    "elasticloadbalancing:loadbalancer/app",
    `elasticloadbalancing:${home}:loadbalancer/app/Shop/50dc6c495c0c9188`,
    { LoadBalancer: "app/Shop/50dc6c495c0c9188" },
  ],
  [
    "AWS/ApplicationELB AWS/NetworkELB AWS/GatewayELB",
    "elasticloadbalancing:targetgroup",
    `elasticloadbalancing:${home}:targetgroup/Carts/73e2d6bc24d8a067`,
    { TargetGroup: "targetgroup/Carts/73e2d6bc24d8a067" },
  ],
  ["AWS/Athena", "athena:workgroup", `athena:${home}:workgroup/Analysts`, { WorkGroup: "Analysts" }],
  [
    "AWS/AutoScaling AWS/EC2",
    "autoscaling:autoScalingGroup",
    `autoscaling:${home}:autoScalingGroup:${uuid}:autoScalingGroupName/Nodes.K8s/a`,
    { AutoScalingGroupName: "Nodes.K8s/a" },
  ],
  [
    "AWS/Backup",
    "backup:backup-vault",
    `backup:${home}:backup-vault:Default`,
    { BackupVaultName: "Default" },
  ],
  [
    "AWS/CertificateManager",
    "acm:certificate",
    `acm:${home}:certificate/${uuid}`,
    { CertificateArn: `arn:aws:acm:${home}:certificate/${uuid}` },
  ],
  [
    "AWS/ClientVPN",
    "ec2:client-vpn-endpoint",
    `ec2:${home}:client-vpn-endpoint/cvpn-endpoint-0123`,
    { Endpoint: "cvpn-endpoint-0123" },
  ],
  [
    "AWS/CloudFront",
    "cloudfront:distribution",
    "cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE",
    { DistributionId: "EDFDVBD6EXAMPLE", Region: "Global" },
  ],
  [
    "AWS/CloudHSM",
    "cloudhsm:cluster",
    `cloudhsm:${home}:cluster/cluster-igklspoyj5v`,
    { ClusterId: "cluster-igklspoyj5v" },
  ],
  ["AWS/CodeBuild", "codebuild:project", `codebuild:${home}:project/Release`, { ProjectName: "Release" }],
  [
    "AWS/Cognito",
    "cognito-idp:userpool",
    `cognito-idp:${home}:userpool/eu-central-1_AbCdEf`,
    { UserPool: "eu-central-1_AbCdEf" },
  ],
  ["AWS/Connect", "connect:instance", `connect:${home}:instance/${uuid}`, { InstanceId: uuid }],
  ["AWS/DX", "directconnect:dxcon", `directconnect:${home}:dxcon/dxcon-fgh1`, { ConnectionId: "dxcon-fgh1" }],
  [
    "AWS/DX",
    "directconnect:dxvif",
    `directconnect:${home}:dxvif/dxvif-ffa1`,
    { VirtualInterfaceId: "dxvif-ffa1" },
  ],
  [
    "AWS/DataSync",
    "datasync:task",
    `datasync:${home}:task/task-08de6e6697796f026`,
    { TaskId: "task-08de6e6697796f026" },
  ],
  ["AWS/DynamoDB", "dynamodb:table", `dynamodb:${home}:table/Orders`, { TableName: "Orders" }],
  [
    "AWS/EBS",
    "ec2:volume",
    `ec2:${home}:volume/vol-01bb3fd4d5ba82034`,
    { VolumeId: "vol-01bb3fd4d5ba82034" },
  ],
  [
    "AWS/EC2 CWAgent",
    "ec2:instance",
    `ec2:${home}:instance/i-0a1b2c3d4e5f`,
    { InstanceId: "i-0a1b2c3d4e5f" },
  ],
  [
    "AWS/EC2Spot",
    "ec2:spot-fleet-request",
    `ec2:${home}:spot-fleet-request/sfr-${uuid}`,
    { FleetRequestId: `sfr-${uuid}` },
  ],
  ["AWS/ECS ECS/ContainerInsights", "ecs:cluster", `ecs:${home}:cluster/Prod`, { ClusterName: "Prod" }],
  [
    "AWS/ECS ECS/ContainerInsights",
    "ecs:service",
    `ecs:${home}:service/Prod/Web`,
    { ClusterName: "Prod", ServiceName: "Web" },
  ],
  [
    "AWS/EFS",
    "elasticfilesystem:file-system",
    `elasticfilesystem:${home}:file-system/fs-0123`,
    { FileSystemId: "fs-0123" },
  ],
  ["AWS/EKS ContainerInsights", "eks:cluster", `eks:${home}:cluster/K8s`, { ClusterName: "K8s" }],
  [
    "AWS/ELB",
    "elasticloadbalancing:loadbalancer",
    `elasticloadbalancing:${home}:loadbalancer/Classic-Shop`,
    { LoadBalancerName: "Classic-Shop" },
  ],
  [
    "AWS/EMRServerless",
    "emr-serverless:applications",
    `emr-serverless:${home}:/applications/00f1abcd`,
    { ApplicationId: "00f1abcd" },
  ],
  ["AWS/ES", "es:domain", `es:${home}:domain/Search`, { DomainName: "Search", ClientId: "123456789012" }],
  [
    "AWS/ElastiCache",
    "elasticache:cluster",
    `elasticache:${home}:cluster:Sessions-001`,
    { CacheClusterId: "Sessions-001", CacheNodeId: "0001" },
  ],
  [
    "AWS/ElastiCache",
    "elasticache:serverlesscache",
    `elasticache:${home}:serverlesscache:Carts`,
    { clusterId: "Carts" },
  ],
  [
    "AWS/ElasticBeanstalk",
    "elasticbeanstalk:environment",
    `elasticbeanstalk:${home}:environment/App/App-prod`,
    { EnvironmentName: "App-prod" },
  ],
  [
    "AWS/ElasticMapReduce",
    "elasticmapreduce:cluster",
    `elasticmapreduce:${home}:cluster/j-2AXXXXXXGAPLF`,
    { JobFlowId: "j-2AXXXXXXGAPLF" },
  ],
  ["AWS/Events", "events:rule", `events:${home}:rule/Nightly`, { RuleName: "Nightly" }],
  [
    "AWS/Events",
    "events:rule",
    `events:${home}:rule/Orders/Nightly`,
    { EventBusName: "Orders", RuleName: "Nightly" },
  ],
  ["AWS/FSx", "fsx:file-system", `fsx:${home}:file-system/fs-0456`, { FileSystemId: "fs-0456" }],
  [
    "AWS/FSx",
    "fsx:volume",
    `fsx:${home}:volume/fs-0456/fsvol-0789`,
    { FileSystemId: "fs-0456", VolumeId: "fsvol-0789" },
  ],
  [
    "AWS/Firehose",
    "firehose:deliverystream",
    `firehose:${home}:deliverystream/Logzio-1208779f256b`,
    { DeliveryStreamName: "Logzio-1208779f256b" },
  ],
  ["AWS/GameLift", "gamelift:fleet", `gamelift:${home}:fleet/fleet-0a1b`, { FleetId: "fleet-0a1b" }],
  [
    "AWS/GatewayELB",
    "elasticloadbalancing:loadbalancer/gwy",
    `elasticloadbalancing:${home}:loadbalancer/gwy/Inspect/586190c18d2a2b7d`,
    { LoadBalancer: "gwy/Inspect/586190c18d2a2b7d" },
  ],
  [
    "AWS/GlobalAccelerator",
    "globalaccelerator:accelerator",
    `globalaccelerator::123456789012:accelerator/${uuid}`,
    { Accelerator: uuid },
  ],
  ["AWS/IVS", "ivs:channel", `ivs:${home}:channel/AbCdEf`, { Channel: "AbCdEf" }],
  ["AWS/KMS", "kms:key", `kms:${home}:key/${uuid}`, { KeyId: uuid }],
  ["AWS/Kafka", "kafka:cluster", `kafka:${home}:cluster/Events/${uuid}-1`, { "Cluster Name": "Events" }],
  ["AWS/Kinesis", "kinesis:stream", `kinesis:${home}:stream/Clicks`, { StreamName: "Clicks" }],
  [
    "AWS/KinesisAnalytics",
    "kinesisanalytics:application",
    `kinesisanalytics:${home}:application/Sums`,
    { Application: "Sums" },
  ],
  ["AWS/Lambda", "lambda:function", `lambda:${home}:function:MyFunction`, { FunctionName: "MyFunction" }],
  [
    "LambdaInsights",
    "lambda:function",
    `lambda:${home}:function:MyFunction`,
    { function_name: "MyFunction" },
  ],
  [
    "AWS/Logs",
    "logs:log-group",
    `logs:${home}:log-group:/aws/lambda/MyFunction`,
    { LogGroupName: "/aws/lambda/MyFunction" },
  ],
  [
    "AWS/MediaLive",
    "medialive:channel",
    `medialive:${home}:channel:1234567`,
    { ChannelId: "1234567", Pipeline: "0" },
  ],
  [
    "AWS/MediaTailor",
    "mediatailor:playbackConfiguration",
    `mediatailor:${home}:playbackConfiguration/Ads`,
    { "Configuration Name": "Ads" },
  ],
  ["AWS/MemoryDB", "memorydb:cluster", `memorydb:${home}:cluster/Fast`, { ClusterName: "Fast" }],
  ["AWS/NATGateway", "ec2:natgateway", `ec2:${home}:natgateway/nat-0abc`, { NatGatewayId: "nat-0abc" }],
  [
    "AWS/NetworkELB",
    "elasticloadbalancing:loadbalancer/net",
    `elasticloadbalancing:${home}:loadbalancer/net/Tcp/5e8a1b`,
    { LoadBalancer: "net/Tcp/5e8a1b" },
  ],
  [
    "AWS/NetworkFirewall",
    "network-firewall:firewall",
    `network-firewall:${home}:firewall/Edge`,
    { FirewallName: "Edge", Engine: "Stateful" },
  ],
  [
    "AWS/PrivateLinkEndpoints",
    "ec2:vpc-endpoint",
    `ec2:${home}:vpc-endpoint/vpce-0abc`,
    { "VPC Endpoint Id": "vpce-0abc" },
  ],
  [
    "AWS/PrivateLinkServices",
    "ec2:vpc-endpoint-service",
    `ec2:${home}:vpc-endpoint-service/vpce-svc-0abc`,
    { "Service Id": "vpce-svc-0abc" },
  ],
  [
    "AWS/RDS AWS/DocDB AWS/Neptune",
    "rds:cluster",
    `rds:${home}:cluster:Billing`,
    { DBClusterIdentifier: "Billing" },
  ],
  [
    "AWS/RDS AWS/DocDB AWS/Neptune",
    "rds:db",
    `rds:${home}:db:Billing-1`,
    { DBInstanceIdentifier: "Billing-1" },
  ],
  [
    "AWS/Redshift",
    "redshift:cluster",
    `redshift:${home}:cluster:Warehouse`,
    { ClusterIdentifier: "Warehouse" },
  ],
  ["AWS/Route53", "route53:healthcheck", `route53:::healthcheck/${uuid}`, { HealthCheckId: uuid }],
  [
    "AWS/Route53",
    "route53:hostedzone",
    "route53:::hostedzone/Z1D633PJN98FT9",
    { HostedZoneId: "Z1D633PJN98FT9" },
  ],
  ["AWS/S3", "s3:bucket", "s3:::my-logs", { BucketName: "my-logs", StorageType: "StandardStorage" }],
  ["AWS/SNS", "sns", `sns:${home}:Alerts`, { TopicName: "Alerts" }],
  ["AWS/SQS", "sqs", `sqs:${home}:Orders.fifo`, { QueueName: "Orders.fifo" }],
  [
    "AWS/SageMaker",
    "sagemaker:endpoint",
    `sagemaker:${home}:endpoint/ranking`,
    { EndpointName: "Ranking", VariantName: "A" },
  ],
  [
    "AWS/States",
    "states:activity",
    `states:${home}:activity:Approve`,
    { ActivityArn: `arn:aws:states:${home}:activity:Approve` },
  ],
  [
    "AWS/States",
    "states:stateMachine",
    `states:${home}:stateMachine:Refund`,
    { StateMachineArn: `arn:aws:states:${home}:stateMachine:Refund` },
  ],
  [
    "AWS/StorageGateway",
    "storagegateway:gateway",
    `storagegateway:${home}:gateway/sgw-12A3456B`,
    { GatewayId: "sgw-12A3456B" },
  ],
  [
    "AWS/Transfer",
    "transfer:server",
    `transfer:${home}:server/s-01234567890abcdef`,
    { ServerId: "s-01234567890abcdef" },
  ],
  [
    "AWS/TransitGateway",
    "ec2:transit-gateway",
    `ec2:${home}:transit-gateway/tgw-0abc`,
    { TransitGateway: "tgw-0abc" },
  ],
  [
    "AWS/TransitGateway",
    "ec2:transit-gateway-attachment",
    `ec2:${home}:transit-gateway-attachment/tgw-attach-0abc`,
    { TransitGateway: "tgw-0abc", TransitGatewayAttachment: "tgw-attach-0abc" },
  ],
  ["AWS/VPN", "ec2:vpn-connection", `ec2:${home}:vpn-connection/vpn-0abc`, { VpnId: "vpn-0abc" }],
  [
    "AWS/WAFV2",
    "wafv2",
    `wafv2:${home}:regional/webacl/Front/${uuid}`,
    { WebACL: "Front", Region: "eu-central-1", Rule: "ALL" },
  ],
  [
    "AWS/WorkSpaces",
    "workspaces:directory",
    `workspaces:${home}:directory/d-926722edaf`,
    { DirectoryId: "d-926722edaf" },
  ],
  [
    "AWS/WorkSpaces",
    "workspaces:workspace",
    `workspaces:${home}:workspace/ws-0jhd8X`,
    { WorkspaceId: "ws-0jhd8X" },
  ],
  [
    "CloudWatchSynthetics",
    "synthetics:canary",
    `synthetics:${home}:canary:Checkout`,
    { CanaryName: "Checkout" },
  ],
  ["Glue", "glue:job", `glue:${home}:job/Load`, { JobName: "Load" }],
];

export const taggedKinds: readonly TaggedKind[] = rows.flatMap(([namespaces, type, arn, dimensions]) =>
  namespaces.split(/ (?=AWS|ECS|CWAgent|ContainerInsights)/).map((namespace) => ({
    namespace,
    type,
    arn: `arn:aws:${arn}`,
    dimensions,
  })),
);

/** Where the kinds' resources and metrics are. */
export const taggedHome = { account: "123456789012", region: "eu-central-1" } as const;
