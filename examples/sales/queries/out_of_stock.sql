-- description: The newest week's empty shelves: where there were days without stock, and what sold there before it ran out

select
    fact.yr_wk_num,
    store.store_desc,
    product.prod_name,
    fact.out_of_stock_days,
    fact.in_stock_share,
    fact.no_stock_impact,
    fact.on_order_qty
from weekly_sales_current as fact
left join store_current as store on store.store_key = fact.store_key
left join product_current as product on product.prod_key = fact.prod_key
where fact.out_of_stock_days > 0
    and fact.yr_wk_num = (select max(yr_wk_num) from weekly_sales_current)
order by fact.out_of_stock_days desc, fact.no_stock_impact desc, store.store_desc, product.prod_name
