"""A small table of drug classes whose members share an allergy, written for this product (domain-rules A3.5).

It is a selection by generic name in UK spelling, not a formulary, and wants a pharmacist's approval before clinical
use. `source` names where each statement can be checked; "unconfirmed" marks general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

_CG183 = "NICE CG183 (drug allergy)"
_REVIEW = "J Asthma Allergy 2021;14:31-46"
_UNCONFIRMED = "general knowledge, unconfirmed"


@dataclass(frozen=True, slots=True)
class DrugClass:
    """Members and other names of the class, as folded generic names."""

    plural: str
    names: tuple[str, ...]
    members: frozenset[str]
    severity: Literal["high", "medium"]
    source: str


@dataclass(frozen=True, slots=True)
class CrossSensitivity:
    """An allergy to one class that matters for another."""

    recorded: str
    prescribed: str
    severity: Literal["high", "medium"]
    text: str
    source: str


def _members(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(","))


DRUG_CLASSES: Mapping[str, DrugClass] = MappingProxyType({
    "penicillin": DrugClass(
        "penicillins", ("penicillin", "penicillins"),
        _members("amoxicillin, ampicillin, benzylpenicillin, benzathine benzylpenicillin, phenoxymethylpenicillin, "
                 "flucloxacillin, piperacillin, pivmecillinam, temocillin, ticarcillin, co-amoxiclav, co-fluampicil, "
                 "piperacillin with tazobactam, penicillin v, penicillin g"),
        "high", _CG183),
    "cephalosporin": DrugClass(
        "cephalosporins", ("cephalosporin", "cephalosporins", "cefalosporin", "cefalosporins"),
        _members("cefalexin, cefaclor, cefadroxil, cefradine, cefuroxime, cefuroxime axetil, cefotaxime, ceftriaxone, "
                 "ceftazidime, cefixime, cefazolin, cefoxitin, ceftaroline, cefepime, cefiderocol, ceftolozane"),
        "high", _REVIEW),
    "carbapenem": DrugClass(
        "carbapenems", ("carbapenem", "carbapenems"), _members("ertapenem, imipenem, meropenem"), "high", _REVIEW),
    "monobactam": DrugClass("monobactams", ("monobactam", "monobactams"), _members("aztreonam"), "high", _REVIEW),
    "nsaid": DrugClass(
        "non-steroidal anti-inflammatory drugs",
        ("nsaid", "nsaids", "non-steroidal anti-inflammatory drug", "non-steroidal anti-inflammatory drugs"),
        _members("aspirin, ibuprofen, naproxen, diclofenac, indometacin, ketoprofen, dexketoprofen, flurbiprofen, "
                 "mefenamic acid, meloxicam, piroxicam, tenoxicam, sulindac, tolfenamic acid, nabumetone, ketorolac, "
                 "tiaprofenic acid, aceclofenac, etodolac, fenoprofen, felbinac"),
        "high", _CG183),
    "coxib": DrugClass("coxibs", ("coxib", "coxibs", "cox-2 inhibitor", "cox-2 inhibitors"),
                       _members("celecoxib, etoricoxib, parecoxib"), "high", _CG183),
    "sulfonamide antibacterial": DrugClass(
        "sulfonamide antibacterials",
        ("sulfonamide", "sulfonamides", "sulphonamide", "sulphonamides", "sulfonamide antibacterial", "sulfa"),
        _members("co-trimoxazole, sulfamethoxazole, sulfadiazine, silver sulfadiazine, sulfadiazine silver, "
                 "sulfasalazine, sulfapyridine"),
        "high", _UNCONFIRMED),
    "macrolide": DrugClass(
        "macrolides", ("macrolide", "macrolides"),
        _members("azithromycin, clarithromycin, erythromycin, fidaxomicin, spiramycin"), "medium", _UNCONFIRMED),
    "quinolone": DrugClass(
        "quinolones", ("quinolone", "quinolones", "fluoroquinolone", "fluoroquinolones"),
        _members("ciprofloxacin, levofloxacin, moxifloxacin, ofloxacin, delafloxacin"), "high", _UNCONFIRMED),
    "tetracycline": DrugClass(
        "tetracyclines", ("tetracyclines",),
        _members("tetracycline, doxycycline, lymecycline, minocycline, oxytetracycline, demeclocycline, tigecycline"),
        "high", _UNCONFIRMED),
    "nitroimidazole": DrugClass(
        "nitroimidazoles", ("nitroimidazole", "nitroimidazoles"), _members("metronidazole, tinidazole"),
        "high", _UNCONFIRMED),
    "aminoglycoside": DrugClass(
        "aminoglycosides", ("aminoglycoside", "aminoglycosides"),
        _members("gentamicin, tobramycin, amikacin, neomycin, streptomycin"), "high", _UNCONFIRMED),
    "opioid": DrugClass(
        "opioids", ("opioid", "opioids", "opiate", "opiates"),
        _members("morphine, codeine, dihydrocodeine, oxycodone, hydromorphone, diamorphine, co-codamol, co-dydramol, "
                 "buprenorphine"),
        "medium", _UNCONFIRMED),
    "ester local anaesthetic": DrugClass(
        "ester local anaesthetics", ("ester local anaesthetic", "ester local anaesthetics"),
        _members("tetracaine, benzocaine, procaine, chloroprocaine, proxymetacaine, oxybuprocaine"),
        "high", _UNCONFIRMED),
    "amide local anaesthetic": DrugClass(
        "amide local anaesthetics", ("amide local anaesthetic", "amide local anaesthetics"),
        _members("lidocaine, bupivacaine, levobupivacaine, prilocaine, mepivacaine, ropivacaine, articaine"),
        "high", _UNCONFIRMED),
    "ace inhibitor": DrugClass(
        "ACE inhibitors", ("ace inhibitor", "ace inhibitors", "angiotensin-converting enzyme inhibitor"),
        _members("captopril, enalapril, fosinopril, imidapril, lisinopril, perindopril, quinapril, ramipril, "
                 "trandolapril"),
        "high", _UNCONFIRMED),
    "statin": DrugClass(
        "statins", ("statin", "statins"),
        _members("atorvastatin, simvastatin, pravastatin, rosuvastatin, fluvastatin"), "medium", _UNCONFIRMED),
    "aromatic antiepileptic": DrugClass(
        "aromatic antiepileptics", ("aromatic antiepileptic", "aromatic antiepileptics"),
        _members("carbamazepine, oxcarbazepine, eslicarbazepine, phenytoin, fosphenytoin, phenobarbital, primidone, "
                 "lamotrigine"),
        "high", _UNCONFIRMED),
})  # fmt: skip

CROSS_SENSITIVITIES: tuple[CrossSensitivity, ...] = (
    CrossSensitivity(
        "penicillin", "cephalosporin", "high",
        "Penicillin allergy: some patients also react to cephalosporins. Avoid after an immediate reaction, and avoid "
        "a similar side chain.", "NHS Scotland RightDecisions, after the BNF"),
    CrossSensitivity(
        "cephalosporin", "penicillin", "medium",
        "Cephalosporin allergy: a similar side chain can cause a reaction to a penicillin.", _REVIEW),
    CrossSensitivity(
        "penicillin", "carbapenem", "medium",
        "Penicillin allergy: under 1% of patients also react to a carbapenem.", _REVIEW),
    CrossSensitivity(
        "carbapenem", "penicillin", "medium",
        "Carbapenem allergy: related to penicillins. Ask what happened.", _UNCONFIRMED),
    CrossSensitivity(
        "penicillin", "monobactam", "medium",
        "Penicillin allergy: aztreonam is usually tolerated.", _REVIEW),
    CrossSensitivity(
        "cephalosporin", "monobactam", "medium",
        "Cephalosporin allergy: aztreonam shares a side chain with ceftazidime.", _REVIEW),
    CrossSensitivity(
        "nsaid", "coxib", "medium",
        "Allergy to a non-steroidal anti-inflammatory drug: a coxib needs care after a severe reaction.", _CG183),
    CrossSensitivity(
        "coxib", "nsaid", "medium",
        "Allergy to a coxib: other anti-inflammatory drugs need care. Ask what happened.", _UNCONFIRMED),
)  # fmt: skip

# Substances that belong to no class above, so that an allergy to them counts as checkable by name.
_OTHERS = _members(
    "paracetamol, trimethoprim, nitrofurantoin, metronidazole, vancomycin, teicoplanin, clindamycin, fosfomycin, "
    "tramadol, fentanyl, pethidine, methadone, chlorhexidine, latex, povidone-iodine, iodine, omeprazole, "
    "lansoprazole, warfarin, heparin, allopurinol, aciclovir, fluconazole, terbinafine, nystatin, insulin, metformin, "
    "amlodipine, bisoprolol, atenolol, propranolol, furosemide, bendroflumethiazide, indapamide, losartan, "
    "candesartan, digoxin, amiodarone, methotrexate, azathioprine, hydroxychloroquine, prednisolone, "
    "hydrocortisone, salbutamol, "
    "beclometasone, montelukast, sertraline, citalopram, fluoxetine, amitriptyline, mirtazapine, diazepam, zopiclone, "
    "gabapentin, pregabalin, valproate, levetiracetam, levothyroxine, cetirizine, loratadine, chlorphenamine, "
    "promethazine, metoclopramide, ondansetron, domperidone, prochlorperazine, botulinum toxin type a, "
    "hyaluronic acid, hyaluronidase, adrenaline, egg, peanut, gelatin, elastoplast, nickel"
)
# The same drug under another spelling: international, American or short names that records carry.
_SYNONYMS: Mapping[str, str] = MappingProxyType({
    "amoxycillin": "amoxicillin", "acetaminophen": "paracetamol", "acetylsalicylic acid": "aspirin",
    "cephalexin": "cefalexin", "indomethacin": "indometacin", "lignocaine": "lidocaine", "frusemide": "furosemide",
    "sulfamethoxazole with trimethoprim": "co-trimoxazole", "trimethoprim with sulfamethoxazole": "co-trimoxazole",
    "amoxicillin with clavulanic acid": "co-amoxiclav", "amethocaine": "tetracaine", "epinephrine": "adrenaline",
    "albuterol": "salbutamol", "sodium valproate": "valproate", "valproic acid": "valproate", "salicylate": "aspirin",
    "thyroxine": "levothyroxine", "adhesive plaster": "elastoplast",
})  # fmt: skip
# Salts that do not change which substance a person is allergic to.
_SALT = re.compile(
    r" (?:sodium|potassium|calcium|magnesium|hydrochloride|trihydrate|maleate|tartrate|sulfate|phosphate|besilate|"
    r"mesilate|citrate|acetate|stearate|dihydrate|monohydrate|hydrate)$"
)


@cache
def drug_key(name: str) -> str:
    """The name to compare by: lower case, without a salt, under its UK generic name."""
    key = " ".join(name.casefold().replace("/", " with ").replace("+", " with ").split())
    while key not in _SYNONYMS and (shorter := _SALT.sub("", key)) != key:
        key = shorter
    return _SYNONYMS.get(key, key)


@cache
def classes_of(substance: str) -> frozenset[str]:
    """Keys of the classes a generic name or a class name belongs to; a combination belongs to those of its parts."""
    names = {drug_key(substance), *(drug_key(part) for part in drug_key(substance).split(" with "))}
    return frozenset(
        key for key, found in DRUG_CLASSES.items() if not names.isdisjoint(found.members | set(found.names) | {key})
    )


def is_known(substance: str) -> bool:
    """Whether the tables know this drug, substance or class, so that silence about it means something."""
    return bool(classes_of(substance)) or drug_key(substance) in _OTHERS
