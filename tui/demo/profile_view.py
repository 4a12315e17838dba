"""The profile's extras: identities bound to the account (contract 3.1). A monitor needs none of them."""

from typing import Any

PROVIDERS = ("linuxdo", "oidc", "wechat", "dingtalk")


def identities(email: str, verified_at: str) -> dict[str, Any]:
    """The identities, three times as in the gateway, and the flags."""
    bound: dict[str, Any] = {"email": _email(email, verified_at)} | {name: _unbound(name) for name in PROVIDERS}
    flags = {f"{name}_bound": name == "email" for name in ("email", *PROVIDERS)}
    return {"identities": bound, "auth_bindings": bound, "identity_bindings": bound} | flags


def masked(email: str) -> str:
    """`lin@example.com` as `l***n@example.com`."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***{name[-1:]}@{host}"


def _email(email: str, verified_at: str) -> dict[str, Any]:
    return {
        "provider": "email",
        "bound": True,
        "bound_count": 1,
        "display_name": email,
        "subject_hint": masked(email),
        "provider_key": "email",
        "verified_at": verified_at,
        "can_bind": False,
        "can_unbind": False,
        "note_key": "profile.authBindings.notes.emailManagedFromProfile",
        "note": "Primary account email is managed from the profile form.",
    }


def _unbound(provider: str) -> dict[str, Any]:
    path = f"/api/v1/auth/oauth/{provider}/bind/start?intent=bind_current_user&redirect=%2Fsettings%2Fprofile"
    return {
        "provider": provider,
        "bound": False,
        "bound_count": 0,
        "bind_start_path": path,
        "can_bind": True,
        "can_unbind": False,
    }
