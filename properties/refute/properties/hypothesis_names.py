"""The public names of `hypothesis.strategies`, which expressions write bare. Nothing of Hypothesis is imported."""

from refute.properties.vocabulary import words

STRATEGY_NAMES = words(
    "DataObject DrawFn SearchStrategy binary booleans builds characters complex_numbers composite data dates datetimes "
    "decimals deferred dictionaries emails fixed_dictionaries floats fractions from_regex from_type frozensets "
    "functions integers ip_addresses iterables just lists none nothing one_of permutations random_module randoms "
    "recursive register_type_strategy runner sampled_from sets shared slices text timedeltas times timezone_keys "
    "timezones tuples uuids"
)
