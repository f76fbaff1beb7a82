"""Which addresses are followed, and which machines are of the public network."""

import ipaddress
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.addresses import follow, is_public, judge_address, resolve
from ingest.errors import UnreadableDocument

MACHINES = [
    # (address, public, allowed where one's own network is)
    pytest.param("93.184.216.34", True, True, id="public"),
    pytest.param("2606:2800:220:1::1", True, True, id="public, IPv6"),
    pytest.param("127.0.0.1", False, True, id="this machine"),
    pytest.param("127.99.0.1", False, True, id="this machine by another of its numbers"),
    pytest.param("::1", False, True, id="this machine, IPv6"),
    pytest.param("0.0.0.0", False, False, id="unspecified, which reaches this machine"),
    pytest.param("::", False, False, id="unspecified, IPv6"),
    pytest.param("0.1.2.3", False, True, id="this network"),
    pytest.param("10.1.2.3", False, True, id="private 10/8"),
    pytest.param("172.31.255.255", False, True, id="private 172.16/12"),
    pytest.param("172.32.0.1", True, True, id="just beyond 172.16/12"),
    pytest.param("192.168.1.1", False, True, id="private 192.168/16"),
    pytest.param("100.64.0.1", False, True, id="carrier's network"),
    pytest.param("fd12:3456::1", False, True, id="unique local, IPv6"),
    pytest.param("198.18.0.1", False, True, id="benchmarking"),
    pytest.param("192.0.2.7", False, True, id="documentation"),
    pytest.param("2001:db8::7", False, True, id="documentation, IPv6"),
    # Clouds give a machine its secrets here: allowed to nobody.
    pytest.param("169.254.169.254", False, False, id="link-local"),
    pytest.param("fe80::1", False, False, id="link-local, IPv6"),
    pytest.param("fe80::1%eth0", False, False, id="link-local with its zone"),
    pytest.param("168.63.129.16", False, False, id="a cloud's secrets at a public number"),
    pytest.param("100.100.100.200", False, False, id="a cloud's secrets in a carrier's network"),
    pytest.param("fd00:ec2::254", False, False, id="a cloud's secrets, IPv6"),
    pytest.param("fd00:ec2::254%1", False, False, id="the same with a zone"),
    pytest.param("224.0.0.1", False, False, id="multicast"),
    pytest.param("ff02::1", False, False, id="multicast, IPv6"),
    pytest.param("240.0.0.1", False, False, id="reserved"),
    pytest.param("255.255.255.255", False, False, id="broadcast"),
    # IPv4 inside IPv6 leads to the IPv4 machine.
    pytest.param("::ffff:93.184.216.34", True, True, id="mapped, public"),
    pytest.param("::ffff:127.0.0.1", False, True, id="mapped, this machine"),
    pytest.param("::ffff:169.254.169.254", False, False, id="mapped, link-local"),
    pytest.param("::ffff:10.0.0.1%3", False, True, id="mapped, with a zone"),
    pytest.param("2002:5db8:d822::1", True, True, id="6to4, public"),
    pytest.param("2002:7f00:1::", False, True, id="6to4, this machine"),
    pytest.param("2002:a9fe:a9fe::1", False, False, id="6to4, link-local"),
    pytest.param("64:ff9b::5db8:d822", True, True, id="NAT64, public"),
    pytest.param("64:ff9b::a00:1", False, True, id="NAT64, private"),
    pytest.param("64:ff9b::a9fe:a9fe", False, False, id="NAT64, link-local"),
    pytest.param("64:ff9b:1::a9fe:a9fe", False, False, id="NAT64 with a prefix of one's own"),
    pytest.param("2001:0:4136:e378:8000:63bf:5601:5601", False, False, id="Teredo"),
    pytest.param("::127.0.0.1", False, False, id="IPv4-compatible, long abolished"),
    pytest.param("fec0::1", False, False, id="site-local, long abolished"),
    pytest.param("4000::1", False, False, id="not yet given to anybody"),
    pytest.param("venn.example", False, False, id="a name"),
    pytest.param("", False, False, id="nothing"),
    pytest.param("127.1", False, False, id="a short form, which a resolver never gives"),
]


@pytest.mark.parametrize(("address", "public", "own"), MACHINES)
def test_machines(address: str, public: bool, own: bool) -> None:
    assert (is_public(address), is_public(address, allow_private=True)) == (public, own)


@given(st.ip_addresses())
def test_what_is_public_is_so_for_those_too_who_allow_more(machine: ipaddress.IPv4Address) -> None:
    if is_public(str(machine)):
        assert is_public(str(machine), allow_private=True)


@given(st.ip_addresses(v=4))
def test_no_clothing_makes_a_machine_public(machine: ipaddress.IPv4Address) -> None:
    number = int(machine)
    clothed = [f"::ffff:{machine}", f"64:ff9b::{machine}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"]
    assert {is_public(address) for address in clothed} == {is_public(str(machine))}


def test_the_resolver_gives_addresses_each_once() -> None:
    found = resolve("localhost", 80)
    assert found
    assert len(set(found)) == len(found)
    assert all(ipaddress.ip_address(address).is_loopback for address in found)


FOLLOWED = [
    pytest.param("https://venn.example/a b", "https://venn.example/a%20b", id="a blank"),
    pytest.param("HTTPS://Venn.Example/A", "https://venn.example/A", id="capitals of scheme and host"),
    pytest.param("http://venn.example:80/", "http://venn.example/", id="the scheme's own port"),
    pytest.param("http://venn.example:8080/", "http://venn.example:8080/", id="another port"),
    pytest.param("https://venn.example/t#art-4", "https://venn.example/t", id="a fragment is not asked for"),
    pytest.param("https://lämpe.example/é?ü", "https://xn--lmpe-loa.example/%C3%A9?%C3%BC", id="letters beyond ASCII"),
    pytest.param("https://venn.example", "https://venn.example", id="no path"),
    pytest.param("https://venn.example/?uri=A:1(2)", "https://venn.example/?uri=A:1(2)", id="signs in a query"),
]


@pytest.mark.parametrize(("address", "shown"), FOLLOWED)
def test_addresses_that_are_followed(address: str, shown: str) -> None:
    assert str(judge_address(address)) == shown


NOT_FOLLOWED = [
    pytest.param("ftp://venn.example/t.txt", "Pacta fetches http and https addresses, not ftp.", id="another scheme"),
    pytest.param("javascript://venn.example/", "not javascript.", id="a script"),
    pytest.param("file:///etc/passwd", "this is the address of a file. Give the file's path.", id="a file"),
    pytest.param("https://", "the address names no host.", id="no host"),
    pytest.param("https:///t.txt", "the address names no host.", id="a path alone"),
    pytest.param("https://venn.example:99999/", "there is no port 99999", id="a port too high"),
    pytest.param("https://venn.example:0/", "there is no port 0", id="no port"),
    pytest.param("https://venn.example:-1/", "there is no port -1", id="a port below"),
    pytest.param("https://venn.example:8a/", "this is no valid address", id="a port of letters"),
    pytest.param("https://venn.example/\n", "this is no valid address", id="a line end"),
    pytest.param("https://[::1/", "this is no valid address", id="a bracket not closed"),
    pytest.param("https://xn--a/", "this is no valid address", id="a name that only looks international"),
    pytest.param("https://①②⑦.⓪.⓪.①/", "this is no valid address", id="digits in circles"),
]


@pytest.mark.parametrize(("address", "says"), NOT_FOLLOWED)
def test_addresses_that_are_not_followed(address: str, says: str) -> None:
    with pytest.raises(UnreadableDocument) as failure:
        judge_address(address)
    assert says in str(failure.value)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("https://olga:lamp@venn.example/t", id="user and password"),
        pytest.param("https://lamp@venn.example/t", id="one of the two"),
        pytest.param("https://venn.example\\@lamp:lamp@osk.example/", id="a host before the sign"),
    ],
)
def test_secrets_in_an_address_are_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(UnreadableDocument) as failure:
        judge_address(address)
    assert "holds a user name or password" in str(failure.value)
    assert "lamp" not in str(failure.value)


@given(st.text(max_size=40))
def test_any_address_is_followed_or_refused(text: str) -> None:
    for address in (text, f"https://{text}", f"http://venn.example/{text}"):
        with suppress(UnreadableDocument):
            assert judge_address(address).scheme in ("http", "https")


REDIRECTS = [
    pytest.param("/t2", "https://venn.example/t2", id="a path"),
    pytest.param("t2?x=1", "https://venn.example/law/t2?x=1", id="beside the page"),
    pytest.param("//osk.example/t", "https://osk.example/t", id="another host, the same scheme"),
    pytest.param("https://osk.example:444/t#x", "https://osk.example:444/t", id="a whole address"),
    pytest.param("?page=2", "https://venn.example/law/t?page=2", id="a query alone"),
]


@pytest.mark.parametrize(("location", "leads_to"), REDIRECTS)
def test_where_redirects_lead(location: str, leads_to: str) -> None:
    place = httpx.URL("https://venn.example/law/t")
    assert str(follow(place, location, "https://venn.example/")) == leads_to


STOPPED = [
    pytest.param("http://venn.example/t", "leads from https to http://venn.example/t", id="from https to http"),
    pytest.param("http://olga:lamp@venn.example/t", "leads from https to http://venn.example/t", id="with a password"),
    pytest.param("https://olga:lamp@venn.example/t", "holds a user name or password", id="with a password over https"),
    pytest.param("file:///etc/passwd", "this is the address of a file", id="to a file"),
    pytest.param("data:text/html,Article 1", "not data", id="to an address that is the document"),
    pytest.param("https://[::1", "it leads to no valid address", id="to nonsense"),
    pytest.param("https://xn--a/", "this is no valid address", id="to a name that only looks international"),
    pytest.param("https://venn.example:70000/", "there is no port 70000", id="to a port too high"),
]


@pytest.mark.parametrize(("location", "says"), STOPPED)
def test_redirects_that_are_not_followed(location: str, says: str) -> None:
    place = httpx.URL("https://venn.example/law/t")
    with pytest.raises(UnreadableDocument) as failure:
        follow(place, location, "https://venn.example/")
    assert str(failure.value).startswith("https://venn.example/ (redirected")
    assert says in str(failure.value)
    assert "lamp" not in str(failure.value)
