"""Settings: a flag before a variable before the project's file before the user's file."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from scaling_group.errors import InvalidInput
from scaling_group.settings.found import Settings, load_settings
from tests.unit.ownership import give_away

FILE = "scaling-group.toml"
#: What a project's file may hold.
PROJECT = """
environment = "from-{0}"
namespace = "ns-{0}"
context = "ctx-{0}"
label_domain = "{0}.example.org"

[gateway]
name = "gateway-{0}"
namespace = "gateways-{0}"
section = "section-{0}"
domain = "{0}.example.com"
"""
COMPLETE = f'data_dir = "/data/{{0}}"{PROJECT}'
GATEWAY = '[gateway]\nname = "g"\nnamespace = "gs"\ndomain = "gw.example.com"\n'


class Places:
    """A folder to run in and a folder for the user's file."""

    def __init__(self, folder: Path, user: Path) -> None:
        self.folder = folder
        self.user_file = user / FILE
        self.project_file = folder.parent / FILE

    def load(self, flags=None, config=None, **environ: str) -> Settings:
        return load_settings(flags or {}, config, environ, self.folder)

    def refused(self, flags=None, config=None, **environ: str) -> InvalidInput:
        with pytest.raises(InvalidInput) as caught:
            self.load(flags, config, **environ)
        return caught.value


@pytest.fixture
def places(tmp_path, monkeypatch) -> Places:
    user, folder = tmp_path / "user", tmp_path / "project" / "below"
    user.mkdir()
    folder.mkdir(parents=True)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda _app: str(user))
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda _app: str(tmp_path / "share"))
    return Places(folder, user)


def variables(of: str) -> dict[str, str]:
    return {
        "SCALING_GROUP_ENVIRONMENT": f"from-{of}",
        "SCALING_GROUP_NAMESPACE": f"ns-{of}",
        "SCALING_GROUP_CONTEXT": f"ctx-{of}",
        "SCALING_GROUP_LABEL_DOMAIN": f"{of}.example.org",
        "SCALING_GROUP_DATA_DIR": f"/data/{of}",
        "SCALING_GROUP_GATEWAY_NAME": f"gateway-{of}",
        "SCALING_GROUP_GATEWAY_NAMESPACE": f"gateways-{of}",
        "SCALING_GROUP_GATEWAY_SECTION": f"section-{of}",
        "SCALING_GROUP_GATEWAY_DOMAIN": f"{of}.example.com",
    }


def assert_all_from(settings: Settings, of: str) -> None:
    assert_place_from(settings, of)
    assert settings.data_dir == Path(f"/data/{of}")


def assert_place_from(settings: Settings, of: str) -> None:
    environment, gateway = settings.environment, settings.environment.gateway
    assert (environment.id, environment.namespace, settings.context) == (
        f"from-{of}",
        f"ns-{of}",
        f"ctx-{of}",
    )
    assert environment.label_domain == f"{of}.example.org"
    assert (gateway.name, gateway.namespace) == (f"gateway-{of}", f"gateways-{of}")
    assert (gateway.section, gateway.domain) == (f"section-{of}", f"{of}.example.com")


def test_each_setting_can_come_from_the_users_file(places):
    places.user_file.write_text(COMPLETE.format("user"))

    assert_all_from(places.load(), "user")


def test_the_projects_file_above_the_folder_counts_before_the_users(places):
    places.user_file.write_text(COMPLETE.format("user"))
    places.project_file.write_text(PROJECT.format("project"))

    settings = places.load()

    assert_place_from(settings, "project")
    assert settings.data_dir == Path("/data/user")


def test_variables_count_before_files(places):
    places.project_file.write_text(COMPLETE.format("project"))

    assert_all_from(places.load(**variables("variable")), "variable")


def test_flags_count_before_variables(places):
    flags = {"environment": "from-flag", "namespace": "ns-flag", "context": "ctx-flag"}

    settings = places.load(flags, **variables("variable"))

    assert (settings.environment.id, settings.environment.namespace, settings.context) == tuple(
        flags.values()
    )
    assert settings.environment.gateway.name == "gateway-variable"


def test_a_source_that_is_silent_hides_nothing(places):
    places.user_file.write_text(COMPLETE.format("user"))
    places.project_file.write_text('[gateway]\ndomain = "project.example.com"\n')

    settings = places.load({"environment": None}, SCALING_GROUP_NAMESPACE="")

    assert settings.environment.gateway.domain == "project.example.com"
    assert settings.environment.gateway.name == "gateway-user"
    assert (settings.environment.id, settings.environment.namespace) == ("from-user", "ns-user")


def test_the_nearest_projects_file_counts(places):
    places.project_file.write_text(PROJECT.format("above"))
    (places.folder / FILE).write_text(PROJECT.format("here"))

    assert_place_from(places.load(), "here")


@pytest.mark.parametrize("through", ["flag", "variable"])
def test_a_named_file_takes_the_place_of_the_projects(places, tmp_path, through):
    named = tmp_path / "other.toml"
    named.write_text(COMPLETE.format("named"))
    places.project_file.write_text(COMPLETE.format("project"))

    if through == "flag":
        assert_all_from(places.load(config=named), "named")
    else:
        assert_all_from(places.load(SCALING_GROUP_CONFIG=str(named)), "named")


def test_a_named_file_that_is_not_there_is_refused(places, tmp_path):
    error = places.refused(config=tmp_path / "none.toml")

    assert error.message == f"there is no settings file {tmp_path}/none.toml"
    assert error.resolution == "Check --config and SCALING_GROUP_CONFIG."


def test_defaults(places, tmp_path):
    places.user_file.write_text(f'environment = "abc123"\n{GATEWAY}')

    settings = places.load()

    assert settings.environment.namespace == "default"
    assert settings.environment.label_domain == "chalk.ai"
    assert settings.environment.gateway.section == "https"
    assert settings.context is None
    assert settings.data_dir == tmp_path / "share"


def test_a_home_folder_in_a_path_is_expanded(places, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    places.user_file.write_text(f'environment = "abc123"\ndata_dir = "~/groups"\n{GATEWAY}')

    assert places.load().data_dir == Path("/home/ada/groups")


def test_a_missing_setting_names_all_four_places(places):
    error = places.refused()

    assert error.message == "settings are missing:"
    assert [(fault.field, fault.message) for fault in error.faults] == [
        ("environment", "not set (by --environment, SCALING_GROUP_ENVIRONMENT or a file)"),
        ("gateway.name", "not set (by SCALING_GROUP_GATEWAY_NAME or a file)"),
        ("gateway.namespace", "not set (by SCALING_GROUP_GATEWAY_NAMESPACE or a file)"),
        ("gateway.domain", "not set (by SCALING_GROUP_GATEWAY_DOMAIN or a file)"),
    ]
    assert error.resolution == (
        f"Write {FILE} with: scaling-group init\n"
        f"Files looked for: {FILE} in {places.folder} or above (none there); {places.user_file} (not there)"
    )


def test_a_missing_setting_names_the_files_that_were_read(places):
    places.user_file.write_text('environment = "abc123"\n')
    places.project_file.write_text(GATEWAY.replace('domain = "gw.example.com"\n', ""))

    error = places.refused()

    assert [fault.field for fault in error.faults] == ["gateway.domain"]
    assert error.resolution.endswith(f": {places.project_file}; {places.user_file}")


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ('enviroment = "a"', "enviroment", "no such field. Did you mean 'environment'?"),
        ('[gateway]\ndomian = "a"', "gateway.domian", "no such field. Did you mean 'domain'?"),
        ("environment = 5", "environment", "must be text, not 5"),
    ],
)
def test_a_file_with_a_wrong_key_or_value_is_refused(places, text, field, message):
    places.project_file.write_text(text)

    error = places.refused()

    assert error.message == f"the settings file {places.project_file} is not valid:"
    (fault,) = error.faults
    assert fault.field == field
    assert fault.message.startswith(message)


@pytest.mark.parametrize("content", [b"environment = ", b"\xff\xfe", b"= 1"])
def test_a_file_that_is_not_toml_is_refused(places, content):
    places.project_file.write_bytes(content)

    assert places.refused().message == f"cannot read the settings file {places.project_file}"


def test_an_illegal_value_is_refused_with_a_legal_one(places):
    places.user_file.write_text(COMPLETE.format("user").replace("ns-user", "My_Namespace"))

    error = places.refused()

    assert error.message == "the settings are not valid:"
    (fault,) = error.faults
    assert fault.field == "namespace"
    assert fault.message.endswith("For example: my-namespace")


@pytest.mark.parametrize("folder", ["/data/theirs", "state", "~/x"])
def test_a_projects_file_does_not_say_where_the_engine_is(places, folder):
    places.user_file.write_text(COMPLETE.format("user"))
    places.project_file.write_text(f'data_dir = "{folder}"{PROJECT.format("project")}')

    error = places.refused()

    assert error.message == f"data_dir is not taken from {places.project_file}"
    assert "the engine in that folder is executed" in error.detail
    assert error.resolution == (f"Set SCALING_GROUP_DATA_DIR, or move data_dir to {places.user_file}.")


@pytest.mark.parametrize("value", ["true", "false"])
def test_a_projects_file_does_not_say_whether_the_engine_is_downloaded(places, value):
    places.user_file.write_text(COMPLETE.format("user"))
    places.project_file.write_text(f"engine_download = {value}{PROJECT.format('project')}")

    error = places.refused()

    assert error.message == f"engine_download is not taken from {places.project_file}"
    assert error.resolution.startswith("Set SCALING_GROUP_ENGINE_DOWNLOAD, or move engine_download to ")


@pytest.mark.parametrize(
    ("text", "on"), [("true", True), ("1", True), ("False", False), ("0", False), ("", False)]
)
def test_whether_the_engine_is_downloaded_is_the_users_to_say(places, text, on):
    places.user_file.write_text(f"engine_download = false\n{COMPLETE.format('user')}")

    assert places.load(SCALING_GROUP_ENGINE_DOWNLOAD=text).engine_download is on


def test_a_switch_that_is_neither_on_nor_off_is_refused(places):
    places.user_file.write_text(COMPLETE.format("user"))

    (fault,) = places.refused(SCALING_GROUP_ENGINE_DOWNLOAD="maybe").faults
    assert (fault.field, fault.message) == ("engine_download", "'maybe' is not true or false")


def test_a_variable_says_where_the_engine_is_whatever_a_projects_file_says(places):
    places.project_file.write_text(COMPLETE.format("project"))

    assert places.load(SCALING_GROUP_DATA_DIR="/data/mine").data_dir == Path("/data/mine")


def test_a_file_that_is_named_may_say_where_the_engine_is_also_where_it_would_be_found(places):
    places.project_file.write_text(COMPLETE.format("named"))

    assert_all_from(places.load(config=places.project_file), "named")


def test_the_users_file_stays_the_users_also_in_its_own_folder(places):
    places.user_file.write_text(COMPLETE.format("user"))

    assert_all_from(load_settings({}, None, {}, places.user_file.parent), "user")


def test_a_relative_folder_is_relative_to_the_file_that_names_it_or_to_the_current_one(places, tmp_path):
    places.user_file.write_text(f'environment = "abc123"\ndata_dir = "data"\n{GATEWAY}')

    assert places.load().data_dir == places.user_file.parent / "data"
    assert places.load(SCALING_GROUP_DATA_DIR="data").data_dir == places.folder / "data"


@pytest.mark.parametrize("value", ["~nobody-of-that-name/x", "a\\u0000b"])
def test_a_folder_that_cannot_be_is_refused(places, value):
    places.user_file.write_text(f'environment = "abc123"\ndata_dir = "{value}"\n{GATEWAY}')

    assert "data_dir" in str(places.refused())


def test_without_a_home_folder_state_goes_nowhere_else(places, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda _app: "~/.local/share/scaling-group")
    places.project_file.write_text(PROJECT.format("project"))

    error = places.refused()

    assert error.message == "there is no home folder to keep state in"
    assert error.resolution == "Set HOME, or name a folder with SCALING_GROUP_DATA_DIR."


def test_without_a_home_folder_no_file_of_the_current_one_is_the_users(places, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda _app: "~/.config/scaling-group")
    planted = places.folder / "~" / ".config" / "scaling-group" / FILE
    planted.parent.mkdir(parents=True)
    planted.write_text(COMPLETE.format("planted"))
    monkeypatch.chdir(places.folder)

    assert "settings are missing" in places.refused().message


def test_a_projects_file_of_somebody_else_is_not_read(places, monkeypatch):
    places.project_file.write_text(PROJECT.format("project"))
    give_away(places.project_file, monkeypatch)

    error = places.refused()

    assert error.message == f"the settings file {places.project_file} is not read"
    assert error.detail.startswith("It belongs to ")
    assert error.resolution == (
        "If you trust it, name it with --config or SCALING_GROUP_CONFIG, or make it your own with chown and "
        "chmod."
    )
    assert_place_from(places.load(config=places.project_file), "project")


def test_a_projects_file_that_everybody_can_write_is_not_read(places):
    places.project_file.write_text(PROJECT.format("project"))
    places.project_file.chmod(0o666)

    assert places.refused().detail.startswith("Everybody can write it")


def test_a_link_of_somebody_else_in_a_folder_of_all_is_not_followed(places, tmp_path, monkeypatch):
    mine = tmp_path / "mine.toml"
    mine.write_text(PROJECT.format("mine"))
    places.project_file.symlink_to(mine)
    give_away(places.project_file, monkeypatch)

    assert places.refused().detail.startswith("It belongs to ")


def test_a_folder_that_is_gone_or_closed_has_no_projects_file(places, monkeypatch):
    places.user_file.write_text(COMPLETE.format("user"))

    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    assert_all_from(load_settings({}, None, {}), "user")


def test_a_projects_file_that_a_variable_passes_over_is_named(places, tmp_path):
    named = tmp_path / "named.toml"
    named.write_text(f'environment = "abc"\n{GATEWAY}')
    places.project_file.write_text(f'environment = "abc"\n{GATEWAY}')

    said = places.load(SCALING_GROUP_CONFIG=str(named)).warning

    assert said == (
        f"{places.project_file} is not read, its guardrails neither: SCALING_GROUP_CONFIG names {named}"
    )
    assert places.load(config=named).warning == ""
    assert places.load().warning == ""
    assert places.load(SCALING_GROUP_CONFIG=str(places.project_file)).warning == ""


LISTENER = f'environment = "dev"\n{GATEWAY}'


def test_the_listener_may_have_its_earlier_name(places):
    places.project_file.write_text(f'{LISTENER}section = "tls"\n')
    assert places.load().environment.gateway.section == "tls"

    places.project_file.write_text(f'{LISTENER}section_name = "tls"\nsection = "tls"\n')
    assert places.load().environment.gateway.section == "tls"


def test_either_name_of_the_listener_in_a_variable_counts_before_files(places):
    places.project_file.write_text(f'{LISTENER}section_name = "tls"\n')

    for name in ("SCALING_GROUP_GATEWAY_SECTION", "SCALING_GROUP_GATEWAY_SECTION_NAME"):
        assert places.load(**{name: "other"}).environment.gateway.section == "other"


def test_a_file_that_names_two_listeners_is_refused(places):
    places.project_file.write_text(f'{LISTENER}section_name = "tls"\nsection = "https"\n')

    refused = places.refused()

    assert refused.message == f"the settings file {places.project_file} is not valid:"
    [fault] = refused.faults
    assert fault.field == "gateway.section"
    assert fault.message == (
        "is 'https', but gateway.section_name is 'tls': both name the HTTPS listener. Remove gateway.section."
    )


def test_variables_that_name_two_listeners_are_refused(places):
    places.project_file.write_text(LISTENER)
    two = {"SCALING_GROUP_GATEWAY_SECTION": "https", "SCALING_GROUP_GATEWAY_SECTION_NAME": "tls"}

    [fault] = places.refused(**two).faults

    assert fault.field == "SCALING_GROUP_GATEWAY_SECTION"
    assert "SCALING_GROUP_GATEWAY_SECTION_NAME is 'tls'" in fault.message


def test_a_listener_that_is_no_name_is_named_by_its_setting(places):
    places.project_file.write_text(f'{LISTENER}section = "no name"\n')

    [fault] = places.refused().faults

    assert fault.field == "gateway.section_name"


def test_the_profile_of_gpus_is_a_setting(places):
    places.user_file.write_text(f'environment = "abc123"\n{GATEWAY}[gpu]\nprofile = "gfd"\n')

    assert places.load().environment.gpu_profile == "gfd"
    assert places.load(SCALING_GROUP_GPU_PROFILE="karpenter").environment.gpu_profile == "karpenter"
    [fault] = places.refused(SCALING_GROUP_GPU_PROFILE="gdf").faults
    assert (fault.field, fault.message.endswith("Did you mean 'gfd'?")) == ("gpu.profile", True)


def test_names_of_types_are_a_table_of_which_every_file_may_have_some(places):
    places.user_file.write_text(
        f'environment = "abc123"\n{GATEWAY}[gpu]\nprofile = "auto"\nnames = {{a6000 = "RTX-A6000"}}\n'
    )
    places.project_file.write_text('[gpu.names]\nb300 = ["NVIDIA-B300", "NVIDIA-B300-SXM6"]\n')

    found = places.load().environment

    assert found.gpu_profile == "auto"
    assert dict(found.gpu_names) == {"a6000": ("RTX-A6000",), "b300": ("NVIDIA-B300", "NVIDIA-B300-SXM6")}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('names = {a6000 = "no label"}', "a6000: 'no label' is not the value of a node's label."),
        ("names = {a6000 = []}", "an empty list is not the value of a node's label."),
        ('names = {A6000 = "x"}', "'A6000' is not the name of a type"),
        ("names = {a6000 = 3}", "a6000: 3 is not the value of a node's label."),
    ],
)
def test_a_name_that_is_none_is_refused_by_its_setting(places, written, said):
    places.user_file.write_text(f'environment = "abc123"\n{GATEWAY}[gpu]\n{written}\n')

    [fault] = places.refused().faults

    assert fault.field == "gpu.names"
    assert said in fault.message
