"""The children of the demo: what the three founding papers state of them, and nothing else.

"Not stated" is answered "don't know". The names and numbers are invented, so that their absence in everything that is
sent can be shown.

- Alghaith EA, AlQahtani GA, Omer JA. J Med Case Reports 2022;16:86: a boy of 9 months, two visits
- Song KS, Lee SW, Kim DH, Min KK, Yon CJ. J Korean Orthop Assoc 2019;54(2):192-196: three neonates
"""

from __future__ import annotations

from mobile_app.commands.demo_tablet import Told
from shared.case.entry import Quantity

CANARY_NAME = "Quillon Testbairn"
CANARY_RECORD = "ZX-4471-QUIL"
CANARIES = (CANARY_NAME, CANARY_RECORD)

# The paper gives the time from the calcium to the first visit in two ways: "2 weeks earlier" and "1 month before".
ONE_MONTH = Quantity(30, "d")
TWO_WEEKS = Quantity(14, "d")

_HISTORY: dict[str, str | Quantity] = {
    "prior_iv_calcium_same_limb_3m": "yes",
    "recent_hospital_admission": "yes",
    "hypocalcaemia_tls_vitd_history": "yes",
    "skin_break_or_bite": "no",
    "days_since_iv_calcium": ONE_MONTH,
}

BOY_FIRST_VISIT = Told(
    places=(("hand", "left"), ("wrist", "left")),
    age=("9", "months"),
    sex="male",
    setting="hospital_paediatric_ed",
    local={"patient_name": CANARY_NAME, "record_number": CANARY_RECORD},
    # Stated: no fever, pulses good, no skin change beside the colour. Nothing of the rest is stated as absent.
    danger_signs={"fever": "no", "no_blood_flow": "no", "dying_skin": "no"},
    answers={
        **_HISTORY,
        "onset_days": Quantity(5, "d"),
        "swelling_consistency": "soft_oedematous",
        "erythema": "yes",
        "warmth": "yes",
        "tenderness": "yes",
        "bluish_discoloration": "yes",
        "fluctuance": "no",
        "purulent_discharge": "no",
        "restricted_motion_pseudoparalysis": "yes",
        "swelling_crosses_joint": "yes",
        "itch_predominant": "no",
        "wbc": Quantity(11.3, "10*9/L"),
        "esr": Quantity(9, "mm/h"),
        "crp": Quantity(0.36, "mg/L"),
        "calcium": Quantity(2.5, "mmol/L"),
        "phosphate": Quantity(1.8, "mmol/L"),
        "vitamin_d": Quantity(120.6, "nmol/L"),
        "us_fluid_collection": "no",
        "us_cobblestoning": "no",
        "us_echogenic_shadowing": "no",
        "us_subperiosteal_collection": "no",
        "us_joint_effusion": "no",
        "us_vein_thrombus": "no",
    },
)

DAYS_TO_SECOND_VISIT = 14
"""In the paper: some days in hospital, then the clinic after one week. The day itself is not stated."""

BOY_SECOND_VISIT = Told(
    answers={
        **_HISTORY,
        "visit_day": Quantity(DAYS_TO_SECOND_VISIT, "d"),
        "onset_days": Quantity(5, "d"),
        "swelling_consistency": "firm_indurated",
        "progressed_soft_to_hard": "yes",
        "restricted_motion_pseudoparalysis": "yes",
        "xray_ge_10d": "soft_tissue_calcification",
        "xray_calcification_pattern": "amorphous_or_stippled_subcutaneous",
        "serum_ca_or_po4_abnormal": "no",
    },
)

_NODULE: dict[str, str | Quantity] = {
    "prior_iv_calcium_same_limb_3m": "yes",
    "swelling_consistency": "firm_indurated",
}


def _neonate(sex: str, weeks: str) -> Told:
    return Told(
        places=(("unspecified", "unknown"),),
        age=(weeks, "wk"),
        sex=sex,
        setting="nicu_inpatient_post_iv",
        answers=_NODULE,
    )


THREE_NEONATES = (_neonate("female", "2"), _neonate("male", "4"), _neonate("female", "4"))
