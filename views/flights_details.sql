-- description: Every flight with its airline and its airports in words
-- schema: nyc

select
    flights.time_hour,
    flights.carrier,
    flights.flight,
    airlines.name as airline,
    flights.tailnum,
    flights.origin,
    origins.name as origin_airport,
    flights.dest,
    destinations.name as dest_airport, -- null outside of the United States
    flights.distance_mi,
    flights.dep_delay,
    flights.arr_delay,
    flights.is_cancelled,
    coalesce(flights.dep_delay > 15, false) as is_late
from nyc.flights as flights
inner join nyc.airlines as airlines on flights.carrier = airlines.carrier
left join nyc.airports as origins on flights.origin = origins.faa
left join nyc.airports as destinations on flights.dest = destinations.faa
