"""Connections: only with TLS, only to the host the certificate names, with the newest secret."""

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from stagecoach import database
from stagecoach.database import connect
from stagecoach.errors import Unavailable
from stagecoach.settings import Settings
from tests.lambdas.cloud import Cloud
from tests.postgres import PASSWORD, Server, start


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, its own CA, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "crt.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    return folder / "crt.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, bytes]]:
    """A server that lets nobody in without TLS, and the CA that signed its certificate."""
    certificate, key = self_signed(tmp_path_factory.mktemp("tls"))
    running = start(tls=(certificate, key))
    yield running, certificate.read_bytes()
    running.stop()


@pytest.fixture
def settings(cloud: Cloud, guarded: tuple[Server, bytes]) -> Settings:
    server, ca = guarded
    cloud.s3.put_object(Bucket=cloud.bucket("artefacts"), Key="ca.pem", Body=ca)
    text = json.dumps({"username": server.user, "password": PASSWORD})
    secret = boto3.client("secretsmanager").create_secret(Name=cloud.env, SecretString=text)
    return replace(
        cloud.settings,
        database_host="127.0.0.1",
        database_port=str(server.port),
        database_name="postgres",
        database_secret=secret["ARN"],
        database_ca=f"s3://{cloud.bucket('artefacts')}/ca.pem",
    )


def is_encrypted(settings: Settings) -> bool:
    connection = connect(settings)
    cursor = connection.cursor()
    cursor.execute("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
    (answer,) = cursor.fetchone()
    connection.close()
    return answer


def test_a_connection_is_encrypted(settings: Settings):
    assert is_encrypted(settings)


def test_a_server_that_another_ca_vouches_for_is_refused(
    settings: Settings, cloud: Cloud, tmp_path: Path
):
    other, _ = self_signed(tmp_path)
    cloud.s3.put_object(Bucket=cloud.bucket("artefacts"), Key="other.pem", Body=other.read_bytes())
    wrong = replace(settings, database_ca=settings.database_ca.replace("ca.pem", "other.pem"))
    with pytest.raises(Unavailable, match="certificate"):
        connect(wrong)


def test_a_host_that_the_certificate_does_not_name_is_refused(settings: Settings):
    with pytest.raises(Unavailable, match="certificate"):
        connect(replace(settings, database_host="localhost"))


def test_a_rotated_password_is_read_again_once(settings: Settings):
    database._secrets[settings.database_secret] = {"username": "nobody", "password": "old"}
    assert is_encrypted(settings)


def test_no_password_shows_when_nobody_gets_in(settings: Settings):
    arn = settings.database_secret
    text = json.dumps({"username": "nobody", "password": "canary-7f3a"})
    boto3.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=text)
    with pytest.raises(Unavailable) as caught:
        connect(settings)
    assert "canary" not in str(caught.value)


def test_a_database_that_is_down_is_unavailable(settings: Settings):
    with pytest.raises(Unavailable, match="did not let us in"):
        connect(replace(settings, database_port="1"))


def test_trust_demands_tls_1_2(settings: Settings):
    assert database.trust(settings.database_ca).minimum_version >= ssl.TLSVersion.TLSv1_2
