-- description: How late each airline leaves and arrives; by convention a flight is late from 16 minutes on
-- schema: nyc
-- materialized: true
-- key: carrier

select
    flights.carrier,
    airlines.name as airline,
    count(*) as flights,
    count(*) filter (where flights.is_cancelled) as cancelled,
    count(*) filter (where flights.dep_delay > 15) as late,
    avg(flights.dep_delay::double precision) as mean_dep_delay,
    avg(flights.arr_delay::double precision) as mean_arr_delay
from nyc.flights as flights
inner join nyc.airlines as airlines on flights.carrier = airlines.carrier
group by flights.carrier, airlines.name
