"""Cases as FHIR R4: a Patient without identity, a QuestionnaireResponse an entry, Observations, Conditions.

    Questionnaire             made from the knowledge: every question whose answer may leave a tablet
    Patient                   sex and age band; no name, no date, no place
    QuestionnaireResponse     one for each entry
    Observation               numbers of the examination and the laboratory: UCUM, LOINC where the knowledge has a code
    Condition, provisional    what the tablet ranked first
    Condition, confirmed      what a coordinator confirmed

Up to some thousand cases fit into one Bundle; more go as newline-delimited JSON, a file for each kind of resource.
"""
