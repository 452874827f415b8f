"""Glue: kinds of things moto has no room for; each is a dictionary kept on the backend."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.glue.exceptions import AlreadyExistsException, EntityNotFoundException
from moto.glue.responses import GlueResponse

from local_cloud.fidelity.patching import method


def install() -> None:
    """Add classifiers, partition indexes, user-defined functions and quality rulesets."""
    _classifiers()
    _partition_indexes()
    _functions()
    _rulesets()


def _shelf(response: GlueResponse, kind: str) -> dict[Any, Any]:
    return response.glue_backend.__dict__.setdefault(kind, {})


def _take(response: GlueResponse, kind: str, name: Any) -> Any:
    try:
        return _shelf(response, kind)[name]
    except KeyError:
        raise EntityNotFoundException(f"{name} is not among the {kind}.") from None


def _classifiers() -> None:
    @method(GlueResponse)
    def create_classifier(self: GlueResponse) -> EmptyResult:
        kind, wanted = next(iter(self.parameters.items()))
        shelf = _shelf(self, "classifiers")
        if wanted["Name"] in shelf:
            raise AlreadyExistsException(f"Classifier {wanted['Name']}")
        shelf[wanted["Name"]] = {
            kind: {**wanted, "CreationTime": utcnow(), "LastUpdated": utcnow(), "Version": 1}
        }
        return EmptyResult()

    @method(GlueResponse)
    def update_classifier(self: GlueResponse) -> EmptyResult:
        kind, wanted = next(iter(self.parameters.items()))
        found = _take(self, "classifiers", wanted["Name"])[kind]
        found.update(wanted, LastUpdated=utcnow(), Version=found["Version"] + 1)
        return EmptyResult()

    @method(GlueResponse)
    def get_classifier(self: GlueResponse) -> ActionResult:
        return ActionResult({"Classifier": _take(self, "classifiers", self._get_param("Name"))})

    @method(GlueResponse)
    def get_classifiers(self: GlueResponse) -> ActionResult:
        return ActionResult({"Classifiers": list(_shelf(self, "classifiers").values())})

    @method(GlueResponse)
    def delete_classifier(self: GlueResponse) -> EmptyResult:
        _take(self, "classifiers", self._get_param("Name"))
        del _shelf(self, "classifiers")[self._get_param("Name")]
        return EmptyResult()


def _partition_indexes() -> None:
    def of_table(self: GlueResponse) -> dict[str, Any]:
        table = (self._get_param("DatabaseName"), self._get_param("TableName"))
        return _shelf(self, "partition_indexes").setdefault(table, {})

    @method(GlueResponse)
    def create_partition_index(self: GlueResponse) -> EmptyResult:
        wanted = self._get_param("PartitionIndex")
        table = self.glue_backend.get_table(
            self._get_param("DatabaseName"), self._get_param("TableName")
        )
        keys = table.as_dict().get("PartitionKeys") or []
        types = {key["Name"]: key.get("Type", "string") for key in keys}
        of_table(self)[wanted["IndexName"]] = {
            "IndexName": wanted["IndexName"],
            "IndexStatus": "ACTIVE",
            "Keys": [{"Name": key, "Type": types.get(key, "string")} for key in wanted["Keys"]],
        }
        return EmptyResult()

    @method(GlueResponse)
    def get_partition_indexes(self: GlueResponse) -> ActionResult:
        return ActionResult({"PartitionIndexDescriptorList": list(of_table(self).values())})

    @method(GlueResponse)
    def delete_partition_index(self: GlueResponse) -> EmptyResult:
        of_table(self).pop(self._get_param("IndexName"), None)
        return EmptyResult()


def _functions() -> None:
    @method(GlueResponse)
    def create_user_defined_function(self: GlueResponse) -> EmptyResult:
        database, wanted = self._get_param("DatabaseName"), self._get_param("FunctionInput")
        made = {**wanted, "DatabaseName": database, "CreateTime": utcnow()}
        _shelf(self, "functions")[(database, wanted["FunctionName"])] = made
        return EmptyResult()

    @method(GlueResponse)
    def get_user_defined_function(self: GlueResponse) -> ActionResult:
        name = (self._get_param("DatabaseName"), self._get_param("FunctionName"))
        return ActionResult({"UserDefinedFunction": _take(self, "functions", name)})

    @method(GlueResponse)
    def delete_user_defined_function(self: GlueResponse) -> EmptyResult:
        name = (self._get_param("DatabaseName"), self._get_param("FunctionName"))
        _shelf(self, "functions").pop(name, None)
        return EmptyResult()


def _rulesets() -> None:
    @method(GlueResponse)
    def create_data_quality_ruleset(self: GlueResponse) -> ActionResult:
        name, tags = self._get_param("Name"), self._get_param("Tags")
        fields = ("Ruleset", "Description", "TargetTable")
        _shelf(self, "rulesets")[name] = {
            "Name": name,
            "CreatedOn": utcnow(),
            "LastModifiedOn": utcnow(),
            **{field: self._get_param(field) for field in fields},
        }
        arn = f"arn:aws:glue:{self.region}:{self.current_account}:dataQualityRuleset/{name}"
        self.glue_backend.tag_resource(arn, tags)
        return ActionResult({"Name": name})

    @method(GlueResponse)
    def get_data_quality_ruleset(self: GlueResponse) -> ActionResult:
        return ActionResult(_take(self, "rulesets", self._get_param("Name")))

    @method(GlueResponse)
    def update_data_quality_ruleset(self: GlueResponse) -> ActionResult:
        ruleset = _take(self, "rulesets", self._get_param("Name"))
        for field in ("Ruleset", "Description"):
            if self._get_param(field) is not None:
                ruleset[field] = self._get_param(field)
        ruleset["LastModifiedOn"] = utcnow()
        return ActionResult({"Name": ruleset["Name"], "Ruleset": ruleset["Ruleset"]})

    @method(GlueResponse)
    def delete_data_quality_ruleset(self: GlueResponse) -> EmptyResult:
        _shelf(self, "rulesets").pop(self._get_param("Name"), None)
        return EmptyResult()
