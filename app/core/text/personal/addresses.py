"""Street addresses and postcodes, as they are written in the countries whose sellers meet here."""

import re
from collections.abc import Iterator

from app.core.text.personal.kinds import Finding, Kind

_NUMBER = r"(?<![\w.,/£$€\-])\d{1,4}[A-Za-z]?(?: ?[\-/] ?\d{1,4}[A-Za-z]?)?,? "
_NAME = r"(?:[A-Z][\w'\u2019.\-]{0,25} ){1,3}"
_LOOSE_NAME = r"(?:[A-Za-z][\w'\u2019.\-]{1,25} ){1,2}"
_TOWN = r"(?:,? ?\d{4,5} [A-ZÄÖÜÉ][\w\-]{2,25}|,? ?[A-Z][a-z]{2,20},? [A-Z]{2} \d{5}(?:-\d{4})?)?"
_UNIT = r"(?:\b(?:Flat|Apt|Apartment|Unit|Suite|Room) \w{1,5},? )?"
_ENDING = r"(?![\w\-])"

_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        # English: the number first, names in capitals …
        (
            rf"{_UNIT}{_NUMBER}{_NAME}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Way|Place|Pl|Crescent"
            rf"|Cres|Terrace|Gardens|Gdns|Grove|Square|Sq|Hill|Mews|Row|Walk|Parade|Boulevard|Blvd|Highway|Hwy|Parkway|Circle"
            rf"|Park|View|Rise|Green|Broadway|Wharf|Quay)\.?{_ENDING}{_TOWN}"
        ),
        # … or in small letters, with words that mean nothing else.
        rf"{_NUMBER}(?i:{_LOOSE_NAME}(?:street|road|avenue|lane|crescent|boulevard)){_ENDING}",
        # French.
        (
            rf"(?i:{_NUMBER}(?:bis |ter )?,? ?(?:rue|avenue|boulevard|chemin|impasse|all[ée]e|quai|route de|cours)) "
            rf"(?:(?:de|du|des|la|le|les) ){{0,2}}(?:[dl]['\u2019])?[A-ZÉÈ][\w'\u2019\-]{{1,25}}(?: [A-ZÉÈ][\w'\u2019\-]{{1,25}}){{0,2}}{_TOWN}"
        ),
        # German, Austrian, Swiss; Dutch and Flemish; Nordic: one word and the number after it.
        (
            rf"(?<![\w.\-])[A-ZÄÖÜ][\wß.\-]{{0,30}}(?:straße|strasse|str\.|gasse|allee|platz|weg|straat|laan|plein|gracht|kade"
            rf"|singel|gatan|vägen|gade|vej|gata|veien) ?\d{{1,4}} ?[a-z]?{_ENDING}{_TOWN}"
        ),
        rf"(?<![\w.\-])[A-ZÄÖÜ][\wß.\-]{{1,30}} (?:Straße|Strasse|Str\.|Allee|Platz|Weg|Gasse) \d{{1,4}} ?[a-z]?{_ENDING}{_TOWN}",
        # Spanish, Italian, Polish.
        (
            r"(?<![\w])(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Carrer|Rua|Viale|Piazza|Corso|Largo) (?:(?:de|del|la|las|los|da|do|di|della) ){0,2}"
            rf"[A-ZÁÉÍÓÚÑ][\w'\u2019\-]{{1,25}}(?: [A-ZÁÉÍÓÚÑ][\w'\u2019\-]{{1,25}}){{0,2}},? (?:n[º°.]? ?)?\d{{1,4}}{_ENDING}"
        ),
        rf"(?<![\w])Via (?:[A-Z][\w'\u2019]{{1,25}} ){{1,3}}?,? ?\d{{1,4}}{_ENDING},? \d{{5}}",
        rf"(?<![\w])(?i:ul\. ?)[A-ZŁŚŻŹĆ][\w\-]{{1,25}}(?: [A-ZŁŚŻŹĆ][\w\-]{{1,25}})? \d{{1,4}}[A-Za-z]?(?:/\d{{1,4}})?{_ENDING}",
        rf"(?<![\w])(?i:p\.? ?o\.? ?box) \d{{1,6}}{_ENDING}",
    )
]

# Royal Mail's postcode areas; the last two letters are never C, I, K, M, O or V.
_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|FK|FY|GL|GU|GY"
    "|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL"
    "|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
    "|B|E|G|L|M|N|S|W"
)
_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}(?![\w])"
# '8GB' is memory and '2XL' a size.
_POSTCODE = re.compile(rf"(?<![\w])(?:{_AREAS})\d[\dA-Z]? (?!\d(?:GB|TB|XL)){_INWARD}")
_NAMED_POSTCODE = re.compile(
    rf"(?i:\bpost ?code(?: is|:| -)? {{0,2}}|\baddress[^\d\n]{{0,30}} )(?P<code>(?i:(?:{_AREAS})\d[\dA-Z]? ?{_INWARD}))"
)


def addresses(text: str) -> Iterator[Finding]:
    """House number and street, with the town that follows; British postcodes."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Finding(*found.span(), Kind.ADDRESS)
    for found in _POSTCODE.finditer(text):
        yield Finding(*found.span(), Kind.ADDRESS)
    for found in _NAMED_POSTCODE.finditer(text):
        yield Finding(*found.span("code"), Kind.ADDRESS)
