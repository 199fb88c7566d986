"""Base of the resource types that moto lacks."""


class SimpleResource:
    """A resource that is its name and its properties. Subclasses say what `put` and `delete` do."""

    TYPE = ""

    def __init__(self, name, properties, account_id, region):
        self.name, self.properties = name, properties
        self.account_id, self.region = account_id, region
        self.stack_id = None

    @classmethod
    def cloudformation_type(cls):
        """Its name in templates."""
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls):
        """The property that holds its name: none has one."""
        return ""

    @classmethod
    def has_cfn_attr(cls, _attribute):
        """Whether Fn::GetAtt knows the attribute."""
        return True

    @property
    def physical_resource_id(self):
        """What Ref gives."""
        return self.name

    def get_cfn_attribute(self, _attribute):
        """What Fn::GetAtt gives."""
        return self.name

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    ):
        """Called by moto to create one."""
        properties = cloudformation_json.get("Properties", {})
        resource = cls(resource_name, properties, account_id, region_name)
        resource.stack_id = kwargs.get("StackId")
        resource.put()
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        """Called by moto to change one: the same again, under its name."""
        return cls.create_from_cloudformation_json(
            original_resource.name, cloudformation_json, account_id, region_name
        )

    def is_created(self):
        """All are there at once."""
        return True

    def put(self):
        """Makes what the resource stands for."""

    def delete(self, _account_id, _region):
        """Removes it."""
