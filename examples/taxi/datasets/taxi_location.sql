select
    location_id as location_key,
    coalesce(zone, 'Unknown') as zone,
    coalesce(borough, 'Unknown') as borough,
    coalesce(service_zone, 'Unknown') as service_zone
from taxi_zones
union all
select -1, 'Unknown', 'Unknown', 'Unknown'
