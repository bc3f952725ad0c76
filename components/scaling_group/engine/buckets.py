"""Buckets of S3, GCS and Azure, by the library `obstore`: one binary without dependencies for all three."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from scaling_group.at_once import in_shares
from scaling_group.engine.stores import AT_ONCE, Store, cannot_read, folder_in

PAGE = 1000
#: The CLI comes next where a store does not answer, and waits longer.
CLIENT = {"connect_timeout": "5s", "timeout": "30s"}
RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
#: Parameters of an `s3://` URL that say nothing of how objects are read.
WRITING = ("awssdk", "request_checksum_calculation", "response_checksum_validation", "ssetype", "kmskeyid")
TRUE = ("1", "t", "true")


class Bucket:
    """The objects of a bucket, below one folder of it."""

    def __init__(self, store: AzureStore | GCSStore | S3Store) -> None:
        self._store = store

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin so, in order; one request for each thousand."""
        folder = prefix.rpartition("/")[0]
        found: list[str] = []
        try:
            # What comes before the prefix is not listed, and after it nobody goes on.
            for page in self._store.list(folder, offset=prefix, chunk_size=PAGE):
                keys = [each["path"] for each in page]
                found += [key for key in keys if key.startswith(prefix)]
                if keys and not keys[-1].startswith(prefix):
                    break
        except (BaseError, OSError) as error:
            raise cannot_read(error) from None
        return sorted(found)

    def folders(self, prefix: str) -> list[str]:
        """Return the folders right below one; one request."""
        try:
            found = self._store.list_with_delimiter(prefix)["common_prefixes"]
        except (BaseError, OSError) as error:
            raise cannot_read(error) from None
        return sorted(f"{each.rstrip('/')}/" for each in found)

    def contents(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what objects hold; one request each."""
        found = in_shares(keys, self._content, AT_ONCE)
        return {key: content for key, content in found.items() if content is not None}

    def _content(self, key: str) -> bytes | None:
        try:
            return bytes(self._store.get(key).bytes())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise cannot_read(error) from None

    def delete(self, key: str) -> None:
        try:
            self._store.delete(key)
        except FileNotFoundError:
            pass
        except (BaseError, OSError) as error:
            raise cannot_read(error) from None


def open_bucket(url: str, environ: Mapping[str, str]) -> Store | None:
    """Return a bucket, None where its credentials are elsewhere, or a parameter is not known."""
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    openers = {"s3": _s3, "gs": _gcs, "azblob": _azure}
    store = openers[parts.scheme](parts.netloc, folder_in(url) or None, parameters, environ)
    return Bucket(store) if store else None


def _s3(name: str, folder: str | None, given: dict[str, str], environ: Mapping[str, str]) -> S3Store | None:
    """https://pkg.go.dev/gocloud.dev/aws#V2ConfigFromURLParams names the parameters."""
    profile = given.pop("profile", None)
    region = given.pop("region", None) or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    endpoint = (
        given.pop("endpoint", None) or environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
    )
    insecure = [given.pop(key, "") for key in ("disableSSL", "disable_https")]
    paths = [given.pop(key, "") for key in ("s3ForcePathStyle", "use_path_style", "hostname_immutable")]
    credentials = _aws_credentials(profile, environ)
    if not credentials or not region or any(key not in WRITING for key in given):
        return None
    if endpoint and "://" not in endpoint:
        endpoint = f"{'http' if _any(insecure) else 'https'}://{endpoint}"
    config: Any = {"region": region, **credentials, **({"endpoint": endpoint} if endpoint else {})}
    # A server of somebody's own mostly answers under its own name alone.
    config["virtual_hosted_style_request"] = not endpoint and not _any(paths)
    client: Any = {**CLIENT, "allow_http": bool(endpoint and endpoint.startswith("http://"))}
    return S3Store(name, prefix=folder, config=config, client_options=client, retry_config=RETRIES)


def _any(values: Sequence[str]) -> bool:
    return any(value.lower() in TRUE for value in values)


def _aws_credentials(profile: str | None, environ: Mapping[str, str]) -> dict[str, str] | None:
    """Return the keys that the variables hold, else those of the profile in the shared file of credentials.

    https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
    """
    names = {
        "access_key_id": "aws_access_key_id",
        "secret_access_key": "aws_secret_access_key",
        "session_token": "aws_session_token",
    }
    held: Mapping[str, str] = {name: environ.get(name.upper(), "") for name in names.values()}
    if profile or not held["aws_access_key_id"]:
        wanted = profile or environ.get("AWS_PROFILE") or "default"
        home = os.path.join(os.path.expanduser("~"), ".aws", "credentials")
        held = _section(environ.get("AWS_SHARED_CREDENTIALS_FILE") or home, wanted)
    found = {key: held[name] for key, name in names.items() if held.get(name)}
    return found if {"access_key_id", "secret_access_key"} <= found.keys() else None


def _section(file: str, name: str) -> Mapping[str, str]:
    read = configparser.RawConfigParser()
    try:
        read.read(file, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return {}
    return read[name] if read.has_section(name) else {}


def _gcs(name: str, folder: str | None, given: dict[str, str], environ: Mapping[str, str]) -> GCSStore | None:
    """https://pkg.go.dev/cloud.google.com/go/docs/reference#hdr-Credentials"""
    kept = os.path.join(os.path.expanduser("~"), ".config", "gcloud", "application_default_credentials.json")
    credentials = environ.get("GOOGLE_APPLICATION_CREDENTIALS") or kept
    if given or environ.get("GOOGLE_CREDENTIALS") or not os.path.isfile(credentials):
        return None
    config: Any = {"application_credentials": credentials}
    client: Any = CLIENT
    return GCSStore(name, prefix=folder, config=config, client_options=client, retry_config=RETRIES)


def _azure(
    name: str, folder: str | None, given: dict[str, str], environ: Mapping[str, str]
) -> AzureStore | None:
    """https://pkg.go.dev/gocloud.dev/blob/azureblob#hdr-URLs names the variables and parameters."""
    account = given.pop("storage_account", None) or environ.get("AZURE_STORAGE_ACCOUNT", "")
    domain = given.pop("domain", None) or environ.get("AZURE_STORAGE_DOMAIN", "blob.core.windows.net")
    protocol = given.pop("protocol", None) or environ.get("AZURE_STORAGE_PROTOCOL", "https")
    emulated = given.pop("localemu", None) or environ.get("AZURE_STORAGE_IS_LOCAL_EMULATOR", "")
    # The engine takes a key with the account beside it alone.
    key = environ.get("AZURE_STORAGE_KEY") if environ.get("AZURE_STORAGE_ACCOUNT") else None
    token = environ.get("AZURE_STORAGE_SAS_TOKEN")
    credentials = {"account_key": key} if key else {"sas_token": token} if token else {}
    if given or not account or not credentials or environ.get("AZURE_STORAGE_CONNECTION_STRING"):
        return None
    endpoint = f"{protocol}://{domain}/{account}" if _any([emulated]) else f"{protocol}://{account}.{domain}"
    config: Any = {"account_name": account, "endpoint": endpoint, **credentials}
    client: Any = {**CLIENT, "allow_http": protocol == "http"}
    return AzureStore(name, prefix=folder, config=config, client_options=client, retry_config=RETRIES)
