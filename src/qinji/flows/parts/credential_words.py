"""Pure: how a patient was recognised, in Chinese words."""

from __future__ import annotations

from qinji.flows.parts.commands import CredentialKind

CREDENTIAL_CHINESE: dict[str, str] = {
    CredentialKind.CODE: "医保码",
    CredentialKind.IDENTITY_NUMBER: "身份证件",
    CredentialKind.CARD: "社会保障卡",
}
