"""The accounts models; import them from here."""

from accounts.models.brands import Brand
from accounts.models.contracts import Bill, Contract
from accounts.models.customers import Contact, Customer, Location
from accounts.models.items import Item, Port
from accounts.models.provisioning import ManualTask, ProviderCall
from accounts.models.sandbox import SandboxOrder
from accounts.models.sign_in import SignInRule
from accounts.models.teams import Team
from accounts.models.users import User

__all__ = [
    "Bill",
    "Brand",
    "Contact",
    "Contract",
    "Customer",
    "Item",
    "Location",
    "ManualTask",
    "Port",
    "ProviderCall",
    "SandboxOrder",
    "SignInRule",
    "Team",
    "User",
]
