const TRUST = { Version: '2012-10-17', Statement: [] };

/** What the base stack of this project consists of, in small. */
export const base = (port = 8080) => ({
  Resources: {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.83.0.0/16' } },
    Gateway: { Type: 'AWS::EC2::InternetGateway' },
    Attachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Gateway' } },
    },
    Subnet: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        CidrBlock: '10.83.0.0/24',
        AvailabilityZone: 'us-east-1b',
        MapPublicIpOnLaunch: true,
      },
    },
    Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
    Route: {
      Type: 'AWS::EC2::Route',
      DependsOn: 'Attachment',
      Properties: {
        RouteTableId: { Ref: 'Table' },
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Gateway' },
      },
    },
    Association: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { RouteTableId: { Ref: 'Table' }, SubnetId: { Ref: 'Subnet' } },
    },
    Endpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        ServiceName: 'com.amazonaws.us-east-1.s3',
        VpcEndpointType: 'Gateway',
        RouteTableIds: [{ Ref: 'Table' }],
      },
    },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'nodes',
        VpcId: { Ref: 'Vpc' },
        SecurityGroupEgress: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' },
        ],
      },
    },
    Ingress: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        SourceSecurityGroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
      },
    },
    Egress: {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: {
        GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        DestinationSecurityGroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
      },
    },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: TRUST },
    },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
  },
  Outputs: {
    Subnet: { Value: { Ref: 'Subnet' }, Export: { Name: 'base-subnet' } },
    Group: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } },
    Bucket: { Value: { Ref: 'Bucket' } },
  },
});

/** What an operator may do, as a policy to attach. */
export const operatorPolicy = (action = 's3:GetObject') => ({
  Resources: {
    Operator: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: action, Resource: 'arn:aws:s3:::results/*' }],
        },
      },
    },
  },
  Outputs: { Policy: { Value: { Ref: 'Operator' } } },
});

/** A node and what belongs to it, on the base stack by an export and by an output. */
export const pair = (instanceType = 'c5.xlarge') => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: TRUST,
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
      },
    },
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Role' }] } },
    Placement: { Type: 'AWS::EC2::PlacementGroup', Properties: { Strategy: 'cluster' } },
    Template: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: {
        LaunchTemplateData: {
          MetadataOptions: { HttpTokens: 'required' },
          InstanceMarketOptions: { MarketType: 'spot' },
        },
      },
    },
    Node: {
      Type: 'AWS::EC2::Instance',
      Properties: {
        ImageId: 'ami-12c6146b',
        InstanceType: instanceType,
        SubnetId: { 'Fn::ImportValue': 'base-subnet' },
        SecurityGroupIds: [{ 'Fn::GetStackOutput': { StackName: 'base', OutputName: 'Group' } }],
        IamInstanceProfile: { Ref: 'Profile' },
        PlacementGroupName: { Ref: 'Placement' },
        InstanceInitiatedShutdownBehavior: 'terminate',
        LaunchTemplate: {
          LaunchTemplateId: { Ref: 'Template' },
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 30, VolumeType: 'gp3', Encrypted: true } },
        ],
        PropagateTagsToVolumeOnCreation: true,
        Tags: [{ Key: 'role', Value: 'serving' }],
      },
    },
    Document: {
      Type: 'AWS::SSM::Document',
      Properties: {
        Name: 'StartServing',
        DocumentType: 'Command',
        UpdateMethod: 'NewVersion',
        Content: { schemaVersion: '2.2', mainSteps: [], description: instanceType },
      },
    },
    Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    Ready: {
      Type: 'AWS::CloudFormation::WaitCondition',
      DependsOn: 'Node',
      Properties: { Handle: { Ref: 'Handle' }, Timeout: '10' },
    },
  },
  Outputs: {
    Node: { Value: { Ref: 'Node' } },
    Address: { Value: { 'Fn::GetAtt': ['Node', 'PrivateIp'] } },
    Ready: { Value: { 'Fn::GetAtt': ['Ready', 'Data'] } },
  },
});
