"""The hub's dashboards in CloudWatch, made of the metrics that its stages and AWS's services emit."""
