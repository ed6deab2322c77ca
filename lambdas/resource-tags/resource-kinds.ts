/**
 * A kind of resource, and where its ARN holds the dimensions with which its metrics come.
 * Sources: the CloudWatch pages of each service's guide ("Metrics and dimensions") and the ARN formats of the Service
 * Authorization Reference.
 */
export interface ResourceKind {
  /** The namespaces whose metrics have these dimensions. */
  readonly namespaces: readonly string[];
  /** As the Resource Groups Tagging API filters: the ARN's service, and its resource type where it has one. */
  readonly type: string;
  /**
   * The last part of the ARN. `{InstanceId}` is a dimension's value; one of a certain form has it behind `=`, such as
   * `{LogGroupName=**}`. `*` is a part without `/` and `:`, outside of braces one that is no dimension; `**` is the rest.
   */
  readonly resource: string;
  /** A dimension whose value is the whole ARN. */
  readonly arnDimension?: string;
  /** The metrics have a dimension Region of their own, which the label `region` may hold in place of the stream's. */
  readonly ownRegion?: true;
  /** What users of the table must know. */
  readonly note?: string;
}

export const resourceKinds: readonly ResourceKind[] = [
  {
    namespaces: ["AWS/ACMPrivateCA"],
    type: "acm-pca:certificate-authority",
    resource: "certificate-authority/*",
    arnDimension: "PrivateCAArn",
  },
  { namespaces: ["AWS/AOSS"], type: "aoss:collection", resource: "collection/{CollectionId}" },
  {
    namespaces: ["AWS/AmazonMQ"],
    type: "mq:broker",
    resource: "broker:{Broker}:*",
    note: "RabbitMQ; brokers of ActiveMQ have `-1` and `-2` behind their name in metrics",
  },
  {
    namespaces: ["AWS/ApiGateway"],
    type: "apigateway",
    resource: "/apis/{ApiId}",
    note: "HTTP and WebSocket APIs; metrics of REST APIs have a name that no ARN holds",
  },
  { namespaces: ["AWS/ApiGateway"], type: "apigateway", resource: "/apis/{ApiId}/stages/{Stage}" },
  { namespaces: ["AWS/AppRunner"], type: "apprunner:service", resource: "service/{ServiceName}/{ServiceID}" },
  { namespaces: ["AWS/AppStream"], type: "appstream:fleet", resource: "fleet/{Fleet}" },
  { namespaces: ["AWS/AppSync"], type: "appsync:apis", resource: "apis/{GraphQLAPIId}" },
  {
    namespaces: ["AWS/ApplicationELB"],
    type: "elasticloadbalancing:loadbalancer/app",
    resource: "loadbalancer/{LoadBalancer=app/*/*}",
  },
  {
    namespaces: ["AWS/ApplicationELB", "AWS/NetworkELB", "AWS/GatewayELB"],
    type: "elasticloadbalancing:targetgroup",
    resource: "{TargetGroup=targetgroup/*/*}",
  },
  { namespaces: ["AWS/Athena"], type: "athena:workgroup", resource: "workgroup/{WorkGroup}" },
  {
    namespaces: ["AWS/AutoScaling", "AWS/EC2"],
    type: "autoscaling:autoScalingGroup",
    resource: "autoScalingGroup:*:autoScalingGroupName/{AutoScalingGroupName=**}",
  },
  { namespaces: ["AWS/Backup"], type: "backup:backup-vault", resource: "backup-vault:{BackupVaultName}" },
  {
    namespaces: ["AWS/CertificateManager"],
    type: "acm:certificate",
    resource: "certificate/*",
    arnDimension: "CertificateArn",
  },
  {
    namespaces: ["AWS/ClientVPN"],
    type: "ec2:client-vpn-endpoint",
    resource: "client-vpn-endpoint/{Endpoint}",
  },
  {
    namespaces: ["AWS/CloudFront"],
    type: "cloudfront:distribution",
    resource: "distribution/{DistributionId}",
    ownRegion: true,
    note: "in us-east-1 alone",
  },
  { namespaces: ["AWS/CloudHSM"], type: "cloudhsm:cluster", resource: "cluster/{ClusterId}" },
  { namespaces: ["AWS/CodeBuild"], type: "codebuild:project", resource: "project/{ProjectName}" },
  { namespaces: ["AWS/Cognito"], type: "cognito-idp:userpool", resource: "userpool/{UserPool}" },
  { namespaces: ["AWS/Connect"], type: "connect:instance", resource: "instance/{InstanceId}" },
  { namespaces: ["AWS/DX"], type: "directconnect:dxcon", resource: "dxcon/{ConnectionId}" },
  { namespaces: ["AWS/DX"], type: "directconnect:dxvif", resource: "dxvif/{VirtualInterfaceId}" },
  { namespaces: ["AWS/DataSync"], type: "datasync:task", resource: "task/{TaskId}" },
  { namespaces: ["AWS/DynamoDB"], type: "dynamodb:table", resource: "table/{TableName}" },
  { namespaces: ["AWS/EBS"], type: "ec2:volume", resource: "volume/{VolumeId}" },
  { namespaces: ["AWS/EC2", "CWAgent"], type: "ec2:instance", resource: "instance/{InstanceId}" },
  {
    namespaces: ["AWS/EC2Spot"],
    type: "ec2:spot-fleet-request",
    resource: "spot-fleet-request/{FleetRequestId}",
  },
  {
    namespaces: ["AWS/ECS", "ECS/ContainerInsights"],
    type: "ecs:cluster",
    resource: "cluster/{ClusterName}",
  },
  {
    namespaces: ["AWS/ECS", "ECS/ContainerInsights"],
    type: "ecs:service",
    resource: "service/{ClusterName}/{ServiceName}",
  },
  { namespaces: ["AWS/EFS"], type: "elasticfilesystem:file-system", resource: "file-system/{FileSystemId}" },
  { namespaces: ["AWS/EKS", "ContainerInsights"], type: "eks:cluster", resource: "cluster/{ClusterName}" },
  {
    namespaces: ["AWS/ELB"],
    type: "elasticloadbalancing:loadbalancer",
    resource: "loadbalancer/{LoadBalancerName}",
  },
  {
    namespaces: ["AWS/EMRServerless"],
    type: "emr-serverless:applications",
    resource: "/applications/{ApplicationId}",
  },
  { namespaces: ["AWS/ES"], type: "es:domain", resource: "domain/{DomainName}" },
  { namespaces: ["AWS/ElastiCache"], type: "elasticache:cluster", resource: "cluster:{CacheClusterId}" },
  {
    namespaces: ["AWS/ElastiCache"],
    type: "elasticache:serverlesscache",
    resource: "serverlesscache:{clusterId}",
  },
  {
    namespaces: ["AWS/ElasticBeanstalk"],
    type: "elasticbeanstalk:environment",
    resource: "environment/*/{EnvironmentName}",
  },
  { namespaces: ["AWS/ElasticMapReduce"], type: "elasticmapreduce:cluster", resource: "cluster/{JobFlowId}" },
  { namespaces: ["AWS/Events"], type: "events:rule", resource: "rule/{RuleName}" },
  { namespaces: ["AWS/Events"], type: "events:rule", resource: "rule/{EventBusName}/{RuleName}" },
  { namespaces: ["AWS/FSx"], type: "fsx:file-system", resource: "file-system/{FileSystemId}" },
  { namespaces: ["AWS/FSx"], type: "fsx:volume", resource: "volume/{FileSystemId}/{VolumeId}" },
  {
    namespaces: ["AWS/Firehose"],
    type: "firehose:deliverystream",
    resource: "deliverystream/{DeliveryStreamName}",
  },
  { namespaces: ["AWS/GameLift"], type: "gamelift:fleet", resource: "fleet/{FleetId}" },
  {
    namespaces: ["AWS/GatewayELB"],
    type: "elasticloadbalancing:loadbalancer/gwy",
    resource: "loadbalancer/{LoadBalancer=gwy/*/*}",
  },
  {
    namespaces: ["AWS/GlobalAccelerator"],
    type: "globalaccelerator:accelerator",
    resource: "accelerator/{Accelerator}",
    note: "in us-west-2 alone",
  },
  { namespaces: ["AWS/IVS"], type: "ivs:channel", resource: "channel/{Channel}" },
  { namespaces: ["AWS/KMS"], type: "kms:key", resource: "key/{KeyId}" },
  { namespaces: ["AWS/Kafka"], type: "kafka:cluster", resource: "cluster/{Cluster Name}/*" },
  { namespaces: ["AWS/Kinesis"], type: "kinesis:stream", resource: "stream/{StreamName}" },
  {
    namespaces: ["AWS/KinesisAnalytics"],
    type: "kinesisanalytics:application",
    resource: "application/{Application}",
  },
  { namespaces: ["AWS/Lambda"], type: "lambda:function", resource: "function:{FunctionName}" },
  { namespaces: ["LambdaInsights"], type: "lambda:function", resource: "function:{function_name}" },
  { namespaces: ["AWS/Logs"], type: "logs:log-group", resource: "log-group:{LogGroupName=**}" },
  { namespaces: ["AWS/MediaLive"], type: "medialive:channel", resource: "channel:{ChannelId}" },
  {
    namespaces: ["AWS/MediaTailor"],
    type: "mediatailor:playbackConfiguration",
    resource: "playbackConfiguration/{Configuration Name}",
  },
  { namespaces: ["AWS/MemoryDB"], type: "memorydb:cluster", resource: "cluster/{ClusterName}" },
  { namespaces: ["AWS/NATGateway"], type: "ec2:natgateway", resource: "natgateway/{NatGatewayId}" },
  {
    namespaces: ["AWS/NetworkELB"],
    type: "elasticloadbalancing:loadbalancer/net",
    resource: "loadbalancer/{LoadBalancer=net/*/*}",
  },
  {
    namespaces: ["AWS/NetworkFirewall"],
    type: "network-firewall:firewall",
    resource: "firewall/{FirewallName}",
  },
  {
    namespaces: ["AWS/PrivateLinkEndpoints"],
    type: "ec2:vpc-endpoint",
    resource: "vpc-endpoint/{VPC Endpoint Id}",
  },
  {
    namespaces: ["AWS/PrivateLinkServices"],
    type: "ec2:vpc-endpoint-service",
    resource: "vpc-endpoint-service/{Service Id}",
  },
  {
    namespaces: ["AWS/RDS", "AWS/DocDB", "AWS/Neptune"],
    type: "rds:cluster",
    resource: "cluster:{DBClusterIdentifier}",
  },
  {
    namespaces: ["AWS/RDS", "AWS/DocDB", "AWS/Neptune"],
    type: "rds:db",
    resource: "db:{DBInstanceIdentifier}",
    note: "the ARN does not tell the three apart, so each gets all",
  },
  { namespaces: ["AWS/Redshift"], type: "redshift:cluster", resource: "cluster:{ClusterIdentifier}" },
  {
    namespaces: ["AWS/Route53"],
    type: "route53:healthcheck",
    resource: "healthcheck/{HealthCheckId}",
    note: "in us-east-1 alone",
  },
  {
    namespaces: ["AWS/Route53"],
    type: "route53:hostedzone",
    resource: "hostedzone/{HostedZoneId}",
    note: "in us-east-1 alone",
  },
  { namespaces: ["AWS/S3"], type: "s3:bucket", resource: "{BucketName}" },
  { namespaces: ["AWS/SNS"], type: "sns", resource: "{TopicName}" },
  { namespaces: ["AWS/SQS"], type: "sqs", resource: "{QueueName}" },
  { namespaces: ["AWS/SageMaker"], type: "sagemaker:endpoint", resource: "endpoint/{EndpointName}" },
  {
    namespaces: ["AWS/States"],
    type: "states:activity",
    resource: "activity:*",
    arnDimension: "ActivityArn",
  },
  {
    namespaces: ["AWS/States"],
    type: "states:stateMachine",
    resource: "stateMachine:*",
    arnDimension: "StateMachineArn",
  },
  { namespaces: ["AWS/StorageGateway"], type: "storagegateway:gateway", resource: "gateway/{GatewayId}" },
  { namespaces: ["AWS/Transfer"], type: "transfer:server", resource: "server/{ServerId}" },
  {
    namespaces: ["AWS/TransitGateway"],
    type: "ec2:transit-gateway",
    resource: "transit-gateway/{TransitGateway}",
  },
  {
    namespaces: ["AWS/TransitGateway"],
    type: "ec2:transit-gateway-attachment",
    resource: "transit-gateway-attachment/{TransitGatewayAttachment}",
  },
  { namespaces: ["AWS/VPN"], type: "ec2:vpn-connection", resource: "vpn-connection/{VpnId}" },
  { namespaces: ["AWS/WAFV2"], type: "wafv2", resource: "*/webacl/{WebACL}/*", ownRegion: true },
  { namespaces: ["AWS/WorkSpaces"], type: "workspaces:directory", resource: "directory/{DirectoryId}" },
  { namespaces: ["AWS/WorkSpaces"], type: "workspaces:workspace", resource: "workspace/{WorkspaceId}" },
  { namespaces: ["CloudWatchSynthetics"], type: "synthetics:canary", resource: "canary:{CanaryName}" },
  { namespaces: ["Glue"], type: "glue:job", resource: "job/{JobName}" },
];

/** The namespaces that have kinds of resources in the table, sorted. */
export const taggedNamespaces: readonly string[] = [
  ...new Set(resourceKinds.flatMap(({ namespaces }) => namespaces)),
].sort();
