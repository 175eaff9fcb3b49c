"""What others made says of AWS: moto's account for the checks before a deployment, and the published authorization data
(policy_sentry, parliament) for the policies in the documentation.

    other-hands.py ground ENDPOINT      makes an account in moto, and prints the names that AWS chose as JSON
    other-hands.py policies REGION ...  reads policies from standard input as a JSON list, and prints what is wrong
"""

import functools
import json
import re
import sys


def ground(endpoint):
    import boto3

    def client(service, region="eu-west-1"):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    iam = client("iam")
    tasks = {"Service": "ecs-tasks.amazonaws.com"}
    policies = {
        "plain": [allow(tasks)],
        "small": [allow(tasks, "sts:assumerole")],
        "pattern": [allow(tasks, "sts:Assume*")],
        "everybody": [allow({"AWS": "*"})],
        "list": [allow({"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]})],
        "condition": [{**allow(tasks), "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}],
        "other": [allow({"Service": "ec2.amazonaws.com"})],
        "denied": [allow(tasks), {**allow(tasks), "Effect": "Deny"}],
    }
    for name, statements in policies.items():
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    iam.create_role(RoleName="pathed", Path="/team/", AssumeRolePolicyDocument=document)

    secrets = client("secretsmanager")
    names = {"empty": {}, "json": {"SecretString": '{"user":"x"}'}, "text": {"SecretString": "x"}}
    names |= {"binary": {"SecretBinary": b"x"}, "deleted": {"SecretString": '{"user":"x"}'}}
    found = {name: secrets.create_secret(Name=name, **value)["ARN"] for name, value in names.items()}
    old = secrets.list_secret_version_ids(SecretId="json")["Versions"][0]["VersionId"]
    secrets.put_secret_value(SecretId="json", SecretString='{"user":"y","name":"z"}')
    secrets.delete_secret(SecretId="deleted")

    for region in ["eu-west-1", "us-east-1"]:
        parameters = client("ssm", region)
        parameters.put_parameter(Name=f"/only/{region}", Value="x", Type="String")
        parameters.put_parameter(Name=f"plain-{region}", Value="x", Type="SecureString")
    for number in range(25):
        client("ssm").put_parameter(Name=f"/many/{number}", Value="x", Type="String")

    client("logs").create_log_group(logGroupName="/ecs/web")
    for number in range(60):
        client("logs").create_log_group(logGroupName=f"/ecs/web-{number}")

    s3 = client("s3")
    s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="files", Key="it's (a) file+.env", Body=b"A=1")

    ecr = client("ecr")
    host = ecr.create_repository(repositoryName="web")["repository"]["repositoryUri"]
    member = {"mediaType": manifest, "size": 2, "digest": "sha256:" + "1" * 64}
    member["platform"] = {"os": "linux", "architecture": "amd64"}
    body = json.dumps({"schemaVersion": 2, "mediaType": index, "manifests": [member]})
    pushed = ecr.put_image(
        repositoryName="web", imageManifest=body, imageManifestMediaType=index, imageTag="v1"
    )

    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    elb = client("elbv2")
    groups = {
        kind: elb.create_target_group(
            Name=kind, Protocol="HTTP", Port=80, VpcId=vpc, TargetType=kind
        )["TargetGroups"][0]["TargetGroupArn"]
        for kind in ["ip", "instance"]
    }
    digest = pushed["image"]["imageId"]["imageDigest"]
    print(json.dumps({"secrets": found, "version": old, "image": host, "digest": digest, "groups": groups}))


index = "application/vnd.oci.image.index.v1+json"
manifest = "application/vnd.oci.image.manifest.v1+json"


def allow(principal, action="sts:AssumeRole"):
    return {"Effect": "Allow", "Principal": principal, "Action": action}


def policies():
    from parliament import analyze_policy_string
    from policy_sentry.querying.actions import get_action_data

    wrong = []
    for policy in json.load(sys.stdin):
        for statement in policy["Statement"]:
            resources = texts(statement["Resource"])
            taken = set()
            for action in texts(statement["Action"]):
                service, name = action.split(":")
                known = get_action_data(service, name)
                if not known:
                    wrong.append(f"{action} is no action")
                    continue
                kinds = {one["resource_arn_format"] for one in known[service]} - {"*"}
                taken |= {one for one in resources if any(overlap(one, kind) for kind in kinds)}
                missing = [kind for kind in kinds if not any(overlap(one, kind) for one in resources)]
                # Most actions take one of their kinds; these are asked for all of them.
                if missing and (action in asked_for_all or len(missing) == len(kinds)):
                    wrong += [f"{action} also asks for {kind}" for kind in missing]
            wrong += [f"nothing takes {one}" for one in resources if one != "*" and one not in taken]
        found = analyze_policy_string(json.dumps(policy)).findings
        wrong += [f"{one.issue} {one.detail}".strip() for one in found]
    print(json.dumps(wrong))


def texts(value):
    return [value] if isinstance(value, str) else value


asked_for_all = {
    f"ecs:{name}"
    for name in ["DescribeServiceDeployments", "DescribeServiceRevisions", "StopServiceDeployment"]
}


def overlap(resource, kind):
    """Whether some ARN is of both forms: `*` in a policy and `${Name}` in the published data are any text."""

    @functools.cache
    def meet(one, other):
        if not one or not other:
            return not one.strip("*") and not other.strip("*")
        if one[0] == "*":
            return meet(one[1:], other) or meet(one, other[1:])
        if other[0] == "*":
            return meet(one, other[1:]) or meet(one[1:], other)
        return one[0] == other[0] and meet(one[1:], other[1:])

    return meet(resource, re.sub(r"\$\{\w+\}", "*", kind))


if __name__ == "__main__":
    ground(sys.argv[2]) if sys.argv[1] == "ground" else policies()
