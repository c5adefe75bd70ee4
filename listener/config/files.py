"""The shape of the two kinds of file, as pydantic models; unknown keys are faults."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from listener.config import fields
from listener.config.fields import (
    AsTuple,
    At,
    BaseAddress,
    Budget,
    Contact,
    Database,
    Days,
    Every,
    Host,
    Key,
    Language,
    Line,
    MailAddress,
    Network,
    Price,
    Query,
    Quiet,
    Relook,
    Sender,
    Zone,
)
from listener.config.secrets import Secret, keep
from listener.core.model import Owned
from listener.core.purchases import Prices, micros
from listener.core.wording import worded

Interface = Literal["nl", "en"]
ToneName = Literal["negative", "neutral", "positive", "unsure"]

# Kinds that are known to visit a web address; what another kind's address means, the kind itself decides.
_VISITING = frozenset({"rss", "google-alerts"})


class Table(BaseModel):
    """A table of a file: frozen, and strict, so that 25 is no text and "25" no number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class ListenerTable(Table):
    """`[listener]`: where things are kept, and how people reach the page."""

    # May hold a password (postgresql://user:password@…), so it is never shown.
    database: Annotated[Database, Field(repr=False)] = "sqlite:///listener.db"
    language: Interface = "nl"
    timezone: Zone = "Europe/Amsterdam"
    base_url: BaseAddress = "http://127.0.0.1:8000"
    engine: Literal["local", "queue"] = "local"
    # Who hears of trouble that is no reader's: a mail address that does not exist, a day on which we could not look.
    operator: Annotated[str, AfterValidator(fields.maybe_mail_address)] = ""
    operator_channels: Annotated[tuple[Key, ...], AsTuple, AfterValidator(fields.distinct)] = ()  # and by which channels, as well
    # Signs the links in mails. The file is made when it is missing; several machines share one, or the variable.
    secret_env: Line | None = "LISTENER_SECRET"  # noqa: S105 - where to look, not what is there
    secret_file: Line | None = "listener.key"  # noqa: S105 - as above

    @property
    def told(self) -> bool:
        """Whether anybody hears of such trouble."""
        return bool(self.operator or self.operator_channels)

    def secret(self, environ: Mapping[str, str]) -> bytes:
        """What signs the links in mails, made and kept in `secret_file` when it is nowhere yet; raises ConfigError."""
        return keep(Secret("listener.secret", self.secret_env, self.secret_file), environ)


class WebTable(Table):
    """`[web]`: who gets to the page, and by which names and proxies."""

    hosts: Annotated[tuple[Host, ...], AsTuple, AfterValidator(fields.distinct)] = ()  # further names the page answers to
    readers: Literal["signed-in", "anyone"] = "signed-in"  # who may read: editors and shared links, or whoever reaches the page
    proxies: Annotated[tuple[Network, ...], AsTuple] = ()  # whose word on who asks, and from where, is believed
    user_header: Annotated[str, Field(pattern=r"^([A-Za-z][A-Za-z0-9-]{1,60})?$")] = ""

    @field_validator("user_header")
    @classmethod
    def _from_somebody(cls, header: str, info: ValidationInfo) -> str:
        if header and info.data.get("proxies") == ():
            raise ValueError(worded("needs proxies beside it: the addresses of those who may say who asks"))
        return header


class NetworkTable(Table):
    """`[network]`: how places can reach who visits them, and what the fetch guard lets through besides the public internet."""

    contact: Contact = ""
    allow_private: Annotated[tuple[Network, ...], AsTuple] = ()

    @property
    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The same, as networks."""
        return tuple(ipaddress.ip_network(one) for one in self.allow_private)


class SmtpTable(Table):
    """`[smtp]`: the mail server that takes our mail."""

    host: Host = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    sender: Sender = "Listener <listener@localhost>"
    password_env: Line | None = None
    password_file: Line | None = None
    # Stands after the two above, so that it is checked when they are known.
    username: Annotated[Line | None, Field(validate_default=True)] = None
    tls: Literal["none", "starttls", "tls"] = "none"

    @property
    def secret(self) -> Secret:
        """Where the password is kept."""
        return Secret("smtp.password", self.password_env, self.password_file)

    def password(self, environ: Mapping[str, str]) -> str | None:
        """The password, or None when none is named or the named place is empty; raises ConfigError when its file cannot be read."""
        return self.secret.value(environ)

    @field_validator("username")
    @classmethod
    def _has_password(cls, username: str | None, info: ValidationInfo) -> str | None:
        given = {"password_env", "password_file"} & info.data.keys()
        named = any(info.data[one] for one in given)
        if username and not named and len(given) == 2:
            raise ValueError(worded("needs password_env or password_file beside it"))
        if named and not username:
            raise ValueError(worded("is missing, while a password is named"))
        return username


class PricesTable(Table):
    """`[x.prices]`: what X asks, in US dollars, as its price list of a day says (docs.x.com, pricing)."""

    as_of: date = date(2026, 8, 13)
    post: Price = Decimal("0.005")
    user: Price = Decimal("0.010")
    counts: Price = Decimal("0.005")

    @property
    def known(self) -> Prices:
        """The same, in micro-dollars."""
        return Prices(as_of=self.as_of, post=micros(self.post), user=micros(self.user), counts=micros(self.counts))


def known_kind(kind: str, kinds: Collection[str]) -> str:
    """A kind that is there, or a program's own (`package.module:name`); raises ValueError."""
    if kind not in kinds and fields.DOTTED.fullmatch(kind) is None:
        hint = fields.guess(kind, kinds) or worded(", known are {known}", known=", ".join(sorted(kinds)))
        raise ValueError(worded("unknown kind '{kind}'{hint}", kind=kind, hint=hint))
    return kind


class RetentionTable(Table):
    """`[retention]`: for how many days words are kept, by kind of source; `default` for those that are not named, 0 is for ever."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[int, Field(ge=0, le=36500)]] = Field(init=False)

    default: Annotated[int, Field(ge=0, le=36500)] = 0

    @property
    def days(self) -> Mapping[str, int]:
        """Days by kind; "" stands for every other kind."""
        return {"": self.default, **self.__pydantic_extra__}


class XTable(Table):
    """`[x]`: access to X, and what it may cost."""

    api_url: BaseAddress = "https://api.x.com"
    bearer_token_env: Line | None = "LISTENER_X_BEARER_TOKEN"  # noqa: S105 - where to look, not what is there
    bearer_token_file: Line | None = None
    monthly_budget: Budget = 0.0  # US dollars; 0 = never buy
    daily_budget: Budget | None = None  # US dollars, within the month's
    recheck_budget: Budget | None = None  # US dollars a month, within the month's, for looking whether posts are still there
    authors: bool = False  # buy the names of those who wrote what matters
    relook: Relook = fields.relook("15m")
    names: Literal["tweet", "post"] = "tweet"  # which names X's fields are asked by
    prices: PricesTable = PricesTable()

    @property
    def secret(self) -> Secret:
        """Where the bearer token is kept."""
        return Secret("x.bearer_token", self.bearer_token_env, self.bearer_token_file)

    def bearer_token(self, environ: Mapping[str, str]) -> str | None:
        """The token, or None when none is named or the named place is empty; raises ConfigError when its file cannot be read."""
        return self.secret.value(environ)


class UnderstandingTable(Table):
    """`[understanding]`: which analyser, and which languages to expect."""

    sentiment: Literal["auto", "multilingual", "light", "textblob"] = "auto"
    languages: Annotated[tuple[Language, ...], AsTuple, AfterValidator(fields.some), AfterValidator(fields.distinct)] = (
        "nl", "en", "de", "fr", "es", "it",
    )  # fmt: skip


class ChannelTable(Table):
    """`[[channels]]`: a way out besides mail; its address is only named, since it is often a secret in itself."""

    key: Key
    kind: Literal["webhook", "apprise"] = "webhook"
    address_env: Line | None = None
    address_file: Line | None = None
    secret_env: Line | None = None  # signs a webhook's calls
    secret_file: Line | None = None

    @property
    def address(self) -> Secret:
        """Where the address is kept."""
        return Secret(f"channels.{self.key}.address", self.address_env, self.address_file)

    @property
    def secret(self) -> Secret:
        """Where the secret that signs is kept."""
        return Secret(f"channels.{self.key}.secret", self.secret_env, self.secret_file)


class ListenerFile(Table):
    """listener.toml, the operator's page."""

    listener: ListenerTable = ListenerTable()
    network: NetworkTable = NetworkTable()
    smtp: SmtpTable = SmtpTable()
    x: XTable = XTable()
    understanding: UnderstandingTable = UnderstandingTable()
    retention: RetentionTable = RetentionTable()
    channels: Annotated[tuple[ChannelTable, ...], AsTuple] = ()
    web: WebTable = WebTable()


class OwnedTable(Table):
    """`owned`: the brand's own sites, and under each platform's name the immutable ids of its accounts there."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[tuple[Line, ...], AsTuple]] = Field(init=False)

    domains: Annotated[tuple[Host, ...], AsTuple, AfterValidator(fields.distinct)] = ()

    @property
    def owned(self) -> Owned:
        """As the core knows it: "x:1234567"."""
        accounts = sorted(f"{platform}:{account}" for platform, ids in self.__pydantic_extra__.items() for account in ids)
        return Owned(domains=self.domains, accounts=tuple(accounts))


class SourceTable(Table):
    """`[[sources]]`: a place to listen to."""

    key: Key
    kind: Line
    address: Line
    every: Every = fields.every("30m")

    @field_validator("kind")
    @classmethod
    def _exists(cls, kind: str, info: ValidationInfo) -> str:
        return known_kind(kind, (info.context or {}).get("kinds", ()))

    @field_validator("address")
    @classmethod
    def _fits_its_kind(cls, address: str, info: ValidationInfo) -> str:
        return fields.web_address(address) if info.data.get("kind") in _VISITING else address


class DigestTable(Table):
    """`[[digests]]`: a mail about complete days; `language` and `timezone` are the listener's unless they stand here."""

    key: Key
    to: Annotated[tuple[MailAddress, ...], AsTuple, AfterValidator(fields.some), AfterValidator(fields.distinct)]
    at: At = fields.at("07:30")
    language: Interface | None = None
    timezone: Zone | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 10  # stories
    days: Days = fields.days("daily")
    minimum: Annotated[int, Field(ge=0, le=10_000)] = 0  # mentions: with fewer it is held back, a week at most
    tones: Annotated[tuple[ToneName, ...], AsTuple, AfterValidator(fields.distinct)] = ()  # of the stories it lists; () is all


class AlertTable(Table):
    """`[[alerts]]`: a word at once about what cannot wait for the digest."""

    key: Key
    watch: Literal["volume", "negative", "complaint", "phrase", "silence"]
    to: Annotated[tuple[MailAddress, ...], AsTuple, AfterValidator(fields.distinct)] = ()
    channels: Annotated[tuple[Key, ...], AsTuple, AfterValidator(fields.distinct), Field(validate_default=True)] = ()
    language: Interface | None = None
    timezone: Zone | None = None
    query: Annotated[Query | None, Field(validate_default=True)] = None
    cooldown: Every = fields.every("12h")
    quiet: Quiet | None = None
    over: bool = False
    certain: Annotated[float, Field(ge=0, le=1)] = 0.7

    @field_validator("query")
    @classmethod
    def _goes_with_phrase(cls, query: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("watch") == "phrase" and query is None:
            raise ValueError(worded('is missing: watch = "phrase" watches for a query of its own'))
        if info.data.get("watch") not in {"phrase", None} and query is not None:
            raise ValueError(worded('goes with watch = "phrase" only'))
        return query

    @field_validator("channels")
    @classmethod
    def _tells_somebody(cls, channels: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not channels and info.data.get("to") == ():
            raise ValueError(worded("nobody is told: name addresses in to, or channels"))
        return channels


class EvidenceTable(Table):
    """`[evidence]`: what a report is made with besides what is heard, and who gets one each month; all of it is off by itself."""

    competitors: Annotated[tuple[Key, ...], AsTuple, AfterValidator(fields.distinct)] = ()  # brands of this configuration
    control: Annotated[str, AfterValidator(fields.maybe_key)] = ""  # one more: a neutral word of the trade
    trade: Annotated[tuple[Key, ...], AsTuple, AfterValidator(fields.distinct)] = ()  # sources that are trade press
    # Accounts of staff, as "x:1234567": counted together, shown nowhere, and looked for only where a person wrote them here.
    staff: Annotated[tuple[Line, ...], AsTuple, AfterValidator(fields.distinct)] = ()
    hosting: Annotated[float, Field(ge=0, le=100_000)] = 0.0  # euros a month
    hour: Annotated[float, Field(ge=0, le=1_000)] = 0.0  # euros for an hour of work
    dollar: Annotated[float, Field(gt=0, le=100)] = 1.0  # euros for a US dollar
    to: Annotated[tuple[MailAddress, ...], AsTuple, AfterValidator(fields.distinct)] = ()
    at: At = fields.at("08:00")
    day: Annotated[int, Field(ge=1, le=28)] = 1  # of the month
    language: Interface | None = None
    timezone: Zone | None = None


class BrandFile(Table):
    """brands/KEY.toml, the communicator's page."""

    name: Line
    query: Query
    language: Annotated[str, AfterValidator(fields.language)] | None = None
    country: Annotated[str, AfterValidator(fields.country)] | None = None
    owned: OwnedTable = OwnedTable()
    sources: Annotated[tuple[SourceTable, ...], AsTuple] = ()
    digests: Annotated[tuple[DigestTable, ...], AsTuple] = ()
    alerts: Annotated[tuple[AlertTable, ...], AsTuple] = ()
    evidence: EvidenceTable = EvidenceTable()
