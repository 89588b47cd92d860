using EmptyNumber.Listings;
using EmptyNumber.Listings.Apis;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Http;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApiDefaults(ListingsErrors.Form);
builder.AddListings();

var app = builder.Build();
if (args is ["migrate", ..])
    return await app.MigrateListingsAsync();

app.UseServiceDefaults();
app.UseParameters();
var api = app.MapListings();
api.MapDistrictsApi();
api.MapAgentsApi();
api.MapEstatesApi();
api.MapHouseTypesApi();
api.MapHousesApi();
api.MapTagsApi();
api.MapPhotosApi();
api.MapImagesApi();
await app.RunAsync();
return 0;
