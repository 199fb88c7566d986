"""Alarms of CloudWatch as stack resources; they are kept, and never go off."""

from moto.cloudwatch.models import cloudwatch_backends

from .simple_resource import SimpleResource


class Alarm(SimpleResource):
    """Ref gives its name."""

    TYPE = "AWS::CloudWatch::Alarm"
    NAME_PROPERTY = "AlarmName"

    def put(self):
        properties = self.properties
        cloudwatch_backends[self.account_id][self.region].put_metric_alarm(
            name=self.name,
            namespace=properties["Namespace"],
            metric_name=properties["MetricName"],
            comparison_operator=properties["ComparisonOperator"],
            evaluation_periods=properties["EvaluationPeriods"],
            period=properties["Period"],
            threshold=properties["Threshold"],
            statistic=properties["Statistic"],
            description=properties.get("AlarmDescription", ""),
            dimensions=properties["Dimensions"],
            alarm_actions=properties["AlarmActions"],
            treat_missing_data=properties.get("TreatMissingData"),
            tags=properties.get("Tags"),
        )

    def delete(self, account_id, region):
        cloudwatch_backends[account_id][region].delete_alarms([self.name])
