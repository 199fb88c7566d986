"""The base class of resource types that moto lacks."""


class SimpleResource:
    """A resource with only a name and properties. Subclasses may override `put` and `delete`."""

    TYPE = ""

    def __init__(self, name, properties, account_id, region):
        self.name, self.properties = name, properties
        self.account_id, self.region = account_id, region
        self.stack_id = None

    @classmethod
    def cloudformation_type(cls):
        """Returns the name of the type in templates."""
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls):
        """Returns the property with the resource's name, which these types do not have."""
        return ""

    @classmethod
    def has_cfn_attr(cls, _attribute):
        """Tells whether Fn::GetAtt accepts the attribute."""
        return True

    @property
    def physical_resource_id(self):
        """Returns the value of Ref."""
        return self.name

    def get_cfn_attribute(self, _attribute):
        """Returns the value of Fn::GetAtt."""
        return self.name

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    ):
        """Creates a resource; called by moto."""
        properties = cloudformation_json.get("Properties", {})
        resource = cls(resource_name, properties, account_id, region_name)
        resource.stack_id = kwargs.get("StackId")
        resource.put()
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        """Updates a resource by creating it again under its name; called by moto."""
        return cls.create_from_cloudformation_json(
            original_resource.name, cloudformation_json, account_id, region_name
        )

    def is_created(self):
        """Tells moto that the resource exists at once."""
        return True

    def put(self):
        """Creates what the resource represents."""

    def delete(self, _account_id, _region):
        """Removes it."""
