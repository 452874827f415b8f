-- description: Flights of each airline, how many left more than 15 minutes late, and their mean delay

select
    airlines.name as airline,
    count(*) as flights,
    count_if(flights.dep_delay > 15) as late,
    count_if(flights.is_cancelled) as cancelled,
    avg(cast(flights.dep_delay as double)) as mean_dep_delay
from nyc_flights_current as flights
inner join nyc_airlines_current as airlines on airlines.carrier = flights.carrier
group by airlines.name
order by flights desc, airline
